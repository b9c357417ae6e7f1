namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Decodes a SMART report into values that mean the same for every kind of drive.</summary>
internal static class DriveDecoder
{
    private const string NvmeLog = "nvme_smart_health_information_log";

    // All bits of DriveHealth.WarningReasons.
    private const int KnownWarnings = 0b11_1111;

    /// <param name="logs">Logs of this report, or of the last one that had logs.</param>
    /// <param name="endurance">Earlier value of the same drive, or <see langword="null"/>.</param>
    public static DriveHealth Decode(SmartReport report, DriveLogs logs, Endurance? endurance = null)
    {
        var (timeouts, badTimeouts) = CommandTimeouts.Decode(report);
        var (powerOn, badPowerOn) = PowerOnTime.Decode(report);
        var (used, badEndurance) = Endurance.Decode(report, logs, endurance);
        return WithVerdict(new()
        {
            Passed = report.Root.Flag("smart_status", "passed"),
            FailingNow = Failed(report, row => row is { WhenFailed: "now", IsPrefailure: true }),
            FailedInThePast = Failed(report, row => row.WhenFailed is "past"),
            CommandTimeouts = timeouts,
            PowerOn = powerOn,
            Endurance = used,
            Spare = Percent(report, "available_spare"),
            SpareThreshold = Percent(report, "available_spare_threshold"),
            CriticalWarnings = report.Root.Number(NvmeLog, "critical_warning") is >= 0 and <= 255 and var bits
                ? (int)bits
                : null,
            MediaErrors = DriveCounts.MediaErrors(report, logs),
            NonMediumErrors = logs.NonMediumErrors,
            ReportedUncorrectable = CountAttribute.ReportedUncorrectable.In(report),
            Reallocated = CountAttribute.Reallocated.In(report),
            Pending = DriveCounts.Pending(report, logs),
            OfflineUncorrectable = CountAttribute.OfflineUncorrectable.In(report),
            GrownDefects = DriveCounts.GrownDefects(report),
            CrcErrors = CountAttribute.CrcErrors.In(report),
            ErrorEntries = DriveCounts.ErrorEntries(report, logs),
            UnsafeShutdowns = DriveCounts.UnsafeShutdowns(report),
            PowerCycles = DriveCounts.PowerCycles(report),
            WrittenBytes = DriveCounts.WrittenBytes(report, logs, powerOn),
            SelfTests = SelfTest.Latest(logs.SelfTests, powerOn),
            Temperature = DriveTemperature.Current(report),
            WarmSeconds = DriveCounts.WarmSeconds(report),
            HotSeconds = DriveCounts.HotSeconds(report),
            TemperatureLimit = DriveTemperature.Limit(report, logs),
            Undecodable = UndecodableFields(badTimeouts, badPowerOn, badEndurance),
        });
    }

    // For NVMe, smartctl reports "failed" on any critical warning, even if the drive is only warm. Unknown bits count
    // as grave.
    private static DriveHealth WithVerdict(DriveHealth health) =>
        health is { Passed: false, CriticalWarnings: > 0 and <= KnownWarnings } && !health.GraveWarnings.Any()
            ? health with { Passed = true }
            : health;

    // An invalid row may be one that failed: then none is unknown, and any other number is at least that.
    private static int? Failed(SmartReport report, Func<SmartAttribute, bool> isFailed)
    {
        var count = report.Attributes.Count(isFailed);
        return report.Attributes.IsEmpty || (count == 0 && report.HasInvalidAttributes) ? null : count;
    }

    private static double? Percent(SmartReport report, string key) =>
        report.Root.Number(NvmeLog, key) is <= 100 and var percent ? percent / 100 : null;

    private static ImmutableArray<string> UndecodableFields(params ReadOnlySpan<bool> isUndecodable)
    {
        var fields = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < isUndecodable.Length; i++)
        {
            if (isUndecodable[i])
                fields.Add(DriveHealth.DecodedFields[i]);
        }
        return fields.ToImmutable();
    }
}
