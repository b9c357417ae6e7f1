using EtcdSentinelExporter.Disks.Smart;
using Xunit;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>Recorded output of smartctl for real drives. Our own recordings are next to the tests; those of other
/// projects have other licences, and are read from <c>../shared/fixtures</c> or the folder in
/// <c>ETCD_SENTINEL_FIXTURES</c>.</summary>
internal static class Recordings
{
    public static string OthersFolder { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("ETCD_SENTINEL_FIXTURES") ?? Path.Combine(Repo.Root, "../shared/fixtures"),
        "smartctl");

    public static string OwnFolder { get; } = Path.Combine(
        Repo.Root, "tests/EtcdSentinelExporter.Tests/Fixtures/smartctl");

    public static SmartReport Own(string name) => SmartReport.Parse(File.ReadAllBytes(Path.Combine(OwnFolder, name)));

    public static DriveHealth Decoded(this SmartReport report) => DriveDecoder.Decode(report, DriveLogs.Of(report));
}

/// <summary>A test that needs the recordings of other projects; skipped with a reason if they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OthersRecordingsFactAttribute : FactAttribute
{
    public OthersRecordingsFactAttribute()
    {
        if (!File.Exists(Path.Combine(Recordings.OthersFolder, "INDEX.md")))
            Skip = $"No recordings in {Recordings.OthersFolder}; set ETCD_SENTINEL_FIXTURES to their folder.";
    }
}
