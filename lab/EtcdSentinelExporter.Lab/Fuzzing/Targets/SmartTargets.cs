using System.Collections.Immutable;
using System.Text;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Smart;

namespace EtcdSentinelExporter.Lab.Fuzzing.Targets;

/// <summary>smartctl's reports, and the files of smart-agent around them.</summary>
internal static class SmartTargets
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Drive Sda = new("sda", "S1", "/dev/sda", Type: null,
        new BlockDevice("sda", "S1", "", null, null));

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        new("smart-report", () => [.. Reports(), .. SeedFiles.Texts("{\"smartctl\":{\"exit_status\":0}}")], Report),
        new("agent-file", AgentFiles, Agent),
        FuzzTarget.Text("scanned-devices", () => SeedFiles.Texts(
            """{"devices":[{"name":"/dev/bus/0","type":"megaraid,14"},{"name":"/dev/sda","type":"sat"}]}"""),
            text => ScannedDevice.Parse(Encoding.UTF8.GetBytes(text))),
    ];

    private static ImmutableArray<byte[]> Reports() => SeedFiles.Named("*.json");

    // Each report as smart-agent would store it, and files as they are.
    private static ImmutableArray<byte[]> AgentFiles() =>
    [
        .. SeedFiles.Named("agent-*.json"),
        .. Reports().Select(Parsed).OfType<SmartReport>().Select(report => AgentFile.Of(
            ReadingOf(report), AgentCadence.Of(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(10),
                TimeSpan.FromSeconds(30)), Now)
            .ToJson()),
    ];

    private static SmartReport? Parsed(byte[] bytes)
    {
        try
        {
            return SmartReport.Parse(bytes);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool Report(byte[] input)
    {
        var report = SmartReport.Parse(input);
        var (state, _) = SmartctlVerdict.Of(report, exitCode: 0, wasBusy: null);
        Property.Holds(ReadState.All.Contains(state, StringComparer.Ordinal), $"a state {state}");
        Check(ReadingOf(report));
        return true;
    }

    private static bool Agent(byte[] input)
    {
        if (AgentFile.Parse(input) is not { } file)
            return false;
        Check(file.Read(file.ToDrive(), Now).Drive);
        return true;
    }

    private static DriveReading ReadingOf(SmartReport report) => new(Sda)
    {
        State = ReadState.Ok,
        LastAttempt = Now,
        LastSuccess = Now,
        DueAt = Now,
        Identity = DriveIdentity.Of(report),
        Report = report,
        Health = DriveDecoder.Decode(report, DriveLogs.Of(report)),
    };

    private static void Check(DriveReading drive)
    {
        if (drive.Health is { } health)
            Check(health);
        DrivesReading reading = new(Now, [drive], ScanProblem: null, Folder: null);
        Rendered.CheckAsync(DrivesMetrics.Families, reading).GetAwaiter().GetResult();
        foreach (var finding in DrivesFindings.Judge(reading))
            Property.Holds(finding.ToString().Length < 10_000, "a finding that is too long");
    }

    private static void Check(DriveHealth health)
    {
        foreach (var (test, age) in health.SelfTests)
            Property.Holds(age is null || age >= TimeSpan.Zero, $"a negative age of a test {test.Kind}");
        Property.IsNatural(health.PowerOn?.TotalHours, "power-on time");
        Property.IsNatural(health.Endurance?.UsedRatio, "endurance");
        Property.Holds(health.Spare is null or (>= 0 and <= 1), $"spare is {health.Spare}");
        Property.Holds(health.SpareThreshold is null or (>= 0 and <= 1),
            $"the threshold of spare is {health.SpareThreshold}");
        Property.Holds(health.Temperature is null or (> 0 and < 200), "an implausible temperature");
        double?[] counts =
        [
            health.MediaErrors, health.ReportedUncorrectable, health.Reallocated, health.Pending,
            health.OfflineUncorrectable, health.GrownDefects, health.CrcErrors, health.ErrorEntries,
            health.UnsafeShutdowns, health.PowerCycles, health.WrittenBytes,
        ];
        foreach (var (at, count) in counts.Index())
            Property.Holds(count is null or (>= 0 and < double.PositiveInfinity), $"count {at} is {count}");
    }
}
