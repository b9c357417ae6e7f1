using System.Runtime.InteropServices;

namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary>A clock of one process that jumps, by libfaketime.</summary>
internal sealed class FakedClock
{
    // As Debian names the folder of an architecture.
    private static readonly string Library = Path.Combine(
        "usr/lib", RuntimeInformation.ProcessArchitecture is Architecture.Arm64
            ? "aarch64-linux-gnu" : "x86_64-linux-gnu",
        "faketime/libfaketimeMT.so.1");

    private readonly string _file;

    private FakedClock(string file) => _file = file;

    /// <summary>Why there is none; <see langword="null"/> if there is.</summary>
    public static string? Obstacle => Find() is null ? "Needs libfaketime: scripts/lab install --with-checks." : null;

    /// <summary>Lets the exporter of the node start with such a clock, which is right at first.</summary>
    public static FakedClock Of(FaultNode node)
    {
        FakedClock clock = new(Path.Combine(node.Folder, "clock"));
        clock.Jump("+0");
        node.Prefix.AddRange(
        [
            "env", $"LD_PRELOAD={Find()}", $"FAKETIME_TIMESTAMP_FILE={clock._file}", "FAKETIME_NO_CACHE=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
        ]);
        return clock;
    }

    /// <param name="by">Distance to the true time: <c>+2d</c>, <c>-1h</c>.</param>
    public void Jump(string by)
    {
        File.WriteAllText(_file + ".new", by);
        File.Move(_file + ".new", _file, overwrite: true);
    }

    private static string? Find() =>
        new[] { "/", Tools.Unpacked }.Select(root => Path.Combine(root, Library)).FirstOrDefault(File.Exists);
}
