using System.Text;
using EtcdSentinelExporter.Disks.Smart;
using Xunit;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Recorded output of smartctl for real drives. Our own recordings are next to the tests; those of other
/// projects have other licences, and are read from <c>../shared/fixtures</c> or the folder in
/// <c>ETCD_SENTINEL_FIXTURES</c>.</summary>
internal static class Recordings
{
    private static readonly string Others = Path.Combine(
        Environment.GetEnvironmentVariable("ETCD_SENTINEL_FIXTURES") ?? Path.Combine(Repo.Root, "../shared/fixtures"),
        "smartctl");

    public static string OwnFolder { get; } = Path.Combine(
        Repo.Root, "tests/EtcdSentinelExporter.Tests/Fixtures/smartctl");

    /// <summary>The folder of other projects' recordings. Skips the test if they are missing.</summary>
    public static string NeedOthersFolder()
    {
        Assert.SkipUnless(
            File.Exists(Path.Combine(Others, "INDEX.md")),
            $"No recordings in {Others}; set ETCD_SENTINEL_FIXTURES to their folder.");
        return Others;
    }

    public static SmartReport Own(string name) => SmartReport.Parse(File.ReadAllBytes(Path.Combine(OwnFolder, name)));

    /// <summary>Output that real drives gave, cut down, or that was written after smartctl's source.</summary>
    public static string CasesFolder { get; } = Path.Combine(
        Repo.Root, "tests/EtcdSentinelExporter.Tests/Fixtures/drives");

    public static SmartReport Case(string name) =>
        SmartReport.Parse(File.ReadAllBytes(Path.Combine(CasesFolder, name + ".json")));

    public static SmartReport Parse(string json) => SmartReport.Parse(Encoding.UTF8.GetBytes(json));

    public static DriveHealth Decoded(this SmartReport report) => DriveDecoder.Decode(report, DriveLogs.Of(report));
}
