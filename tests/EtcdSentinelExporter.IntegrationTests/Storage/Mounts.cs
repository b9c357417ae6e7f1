using EtcdSentinelExporter.IntegrationTests.Support;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>Private mounts, and what tests need beside them.</summary>
internal static class Mounts
{
    private const string MakeFileSystem = "mkfs.";

    private static readonly string[] Folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"];

    /// <summary>Skips the test if something is missing.</summary>
    /// <param name="kernel">What the kernel must have: <c>overlay</c>, or a line of <c>/proc/devices</c>
    /// (<c>device-mapper</c>, <c>md</c>); empty for none.</param>
    /// <param name="programs">What the test runs. <c>mkfs.TYPE</c> stands for that file system on a loop device too.</param>
    public static void Need(string kernel, params string[] programs) => Skip.If(
        Machine.PrivateMounts
            ?? (kernel is "overlay" ? Machine.Overlay : MissingDevice(kernel))
            ?? MissingProgram(programs)
            ?? programs.Where(program => program.StartsWith(MakeFileSystem, StringComparison.Ordinal))
                .Select(program => Machine.FileSystem(program[MakeFileSystem.Length..]))
                .FirstOrDefault(failure => failure is not null));

    private static string? MissingDevice(string kernel) => kernel.Length == 0
        || File.ReadLines("/proc/devices").Any(line => line.EndsWith(" " + kernel, StringComparison.Ordinal))
            ? null
            : $"This kernel has no {kernel}: the layout is tested with a recorded /sys alone.";

    private static string? MissingProgram(string[] programs) =>
        programs.Where(program => !Folders.Any(folder => File.Exists(Path.Combine(folder, program)))).ToArray()
            is { Length: > 0 } missing
                ? $"Needs {string.Join(", ", missing)}: scripts/lab install --with-checks."
                : null;
}
