using EtcdSentinelExporter.Disks.Smart;
using Xunit;

namespace EtcdSentinelExporter.Tests.Support;

/// <summary>What smartctl printed about real drives. Our own recordings lie beside the tests; those of other projects,
/// whose licences differ, are read from <c>../shared/fixtures</c> or the folder
/// in <c>ETCD_SENTINEL_FIXTURES</c>.</summary>
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

/// <summary>A test that needs the recordings of other projects, and is skipped with a word where they
/// are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OthersRecordingsFactAttribute : FactAttribute
{
    public OthersRecordingsFactAttribute()
    {
        if (!File.Exists(Path.Combine(Recordings.OthersFolder, "INDEX.md")))
            Skip = $"There are no recordings in {Recordings.OthersFolder}; name their folder in ETCD_SENTINEL_FIXTURES.";
    }
}
