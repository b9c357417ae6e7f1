using System.Collections.Immutable;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Makes numbers with one meaning out of what each kind of drive says in its own way.</summary>
internal static class DriveDecoder
{
    private const string NvmeLog = "nvme_smart_health_information_log";

    // All bits of DriveHealth.WarningReasons.
    private const int KnownWarnings = 0b11_1111;

    /// <param name="logs">Out of this report, or out of the last one that had them.</param>
    public static DriveHealth Decode(SmartReport report, DriveLogs logs)
    {
        var (timeouts, timeoutsAreOdd) = Timeouts(report);
        var (powerOn, powerOnIsOdd) = PowerOnTime.Decode(report);
        var (endurance, enduranceIsOdd) = Endurance.Decode(report, logs);
        return Judged(new()
        {
            Passed = report.Root.Flag("smart_status", "passed"),
            FailingNow = Failed(report, row => row is { WhenFailed: "now", IsPrefailure: true }),
            FailedInThePast = Failed(report, row => row.WhenFailed is "past"),
            CommandTimeouts = timeouts,
            PowerOn = powerOn,
            Endurance = endurance,
            Spare = Percent(report, "available_spare"),
            SpareThreshold = Percent(report, "available_spare_threshold"),
            CriticalWarnings = report.Root.Number(NvmeLog, "critical_warning") is >= 0 and <= 255 and var bits
                ? (int)bits
                : null,
            MediaErrors = DriveCounts.MediaErrors(report),
            ReportedUncorrectable = DriveCounts.ReportedUncorrectable(report),
            Reallocated = DriveCounts.Reallocated(report),
            Pending = DriveCounts.Pending(report),
            OfflineUncorrectable = DriveCounts.OfflineUncorrectable(report),
            GrownDefects = DriveCounts.GrownDefects(report),
            CrcErrors = DriveCounts.CrcErrors(report),
            ErrorEntries = DriveCounts.ErrorEntries(report, logs),
            UnsafeShutdowns = DriveCounts.UnsafeShutdowns(report),
            PowerCycles = DriveCounts.PowerCycles(report),
            WrittenBytes = DriveCounts.WrittenBytes(report, logs),
            SelfTests = SelfTest.Latest(logs.SelfTests, powerOn),
            Temperature = FirstWarm(
                report.Root.Number("temperature", "current"),
                report.Root.Number("scsi_environmental_reports", "temperature_1", "current")),
            TemperatureLimit = FirstWarm(
                report.Root.Number("nvme_composite_temperature_threshold", "warning"),
                report.Root.Number("temperature", "op_limit_max"),
                report.Root.Number("temperature", "drive_trip"),
                report.Root.Number("scsi_temperature", "drive_trip"),
                logs.HottestAllowed),
            Undecodable = Odd(timeoutsAreOdd, powerOnIsOdd, enduranceIsOdd),
        });
    }

    // For NVMe smartctl says "failed" as soon as any critical warning is there, be it only that the drive is warm. Bits
    // that nobody has named yet stay grave.
    private static DriveHealth Judged(DriveHealth health) =>
        health is { Passed: false, CriticalWarnings: > 0 and <= KnownWarnings } && !health.GraveWarnings.Any()
            ? health with { Passed = true }
            : health;

    private static (CommandTimeouts? Count, bool IsUndecodable) Timeouts(SmartReport report)
    {
        if (report.Find(188, "Command_Timeout") is not { Raw: { } raw } attribute)
            return (null, false);
        var identity = DriveIdentity.Of(report);
        // smartctl splits the words for some of Seagate's models, and not for others that pack them all the same.
        var isSeagate = attribute.RawText.Split(' ').Length == 3
            || identity.IsFrom("Seagate") || identity.Model is ['S', 'T', >= '0' and <= '9', ..];
        var count = CommandTimeouts.Decode(raw, isSeagate);
        return (count, count is null);
    }

    private static int? Failed(SmartReport report, Func<SmartAttribute, bool> isFailed) =>
        report.Attributes.IsEmpty ? null : report.Attributes.Count(isFailed);

    private static double? Percent(SmartReport report, string key) => report.Root.Number(NvmeLog, key) / 100;

    // 0 °C is what a drive without a sensor says, and 255 what one says that has lost it.
    private static double? FirstWarm(params ReadOnlySpan<double?> celsius)
    {
        foreach (var one in celsius)
        {
            if (one is > 0 and < 200)
                return one;
        }
        return null;
    }

    private static ImmutableArray<string> Odd(params ReadOnlySpan<bool> isOdd)
    {
        var fields = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < isOdd.Length; i++)
        {
            if (isOdd[i])
                fields.Add(DriveHealth.DecodedFields[i]);
        }
        return fields.ToImmutable();
    }
}
