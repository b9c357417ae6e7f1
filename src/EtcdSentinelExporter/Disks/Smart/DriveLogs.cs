namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Values from the logs, which are read once an hour. Each is <see langword="null"/> if the drive does not
/// report it.</summary>
/// <param name="EndurancePercent">Percent used, from the device statistics; may exceed 100.</param>
/// <param name="SectorsWritten">Logical sectors written.</param>
/// <param name="HottestAllowed">Highest allowed temperature in °C.</param>
/// <param name="ErrorEntries">Entries of the error log.</param>
/// <param name="UncorrectedErrors">Reads, writes and verifications of a SCSI drive that could not be
/// corrected.</param>
/// <param name="NonMediumErrors">Other errors of a SCSI drive.</param>
/// <param name="PendingDefects">Blocks that a SCSI drive cannot read at present.</param>
/// <param name="GigabytesWritten">Gigabytes written to a SCSI drive.</param>
/// <param name="SelfTests">Newest first; empty if none was run or none is reported.</param>
internal sealed record DriveLogs(
    double? EndurancePercent,
    double? SectorsWritten,
    double? HottestAllowed,
    double? ErrorEntries,
    double? UncorrectedErrors,
    double? NonMediumErrors,
    double? PendingDefects,
    double? GigabytesWritten,
    ImmutableArray<SelfTest> SelfTests)
{
    public static DriveLogs Of(SmartReport report) => new(
        Statistic(report, page: 7, offset: 8),
        Statistic(report, page: 1, offset: 24),
        Statistic(report, page: 5, offset: 88),
        report.Root.Amount("ata_smart_error_log", "extended", "count")
            ?? report.Root.Amount("ata_smart_error_log", "summary", "count"),
        Uncorrected(report),
        report.Root.Amount("scsi_nonmedium_error", "count"),
        report.Root.Amount("scsi_pending_defects", "count"),
        report.Root.Decimal("scsi_error_counter_log", "write", "gigabytes_processed"),
        SelfTest.All(report));

    // A drive may omit any of the three. One that is invalid makes the sum unknown: it would be too low.
    private static double? Uncorrected(SmartReport report)
    {
        double? sum = null;
        foreach (var row in new[] { "read", "write", "verify" })
        {
            if (report.Root.At("scsi_error_counter_log", row, "total_uncorrected_errors") is not { } errors)
                continue;
            if (errors.Amount() is not { } amount)
                return null;
            sum = (sum ?? 0) + amount;
        }
        return sum;
    }

    // A statistic with the valid flag off has no meaning.
    private static double? Statistic(SmartReport report, int page, int offset) =>
        report.Root.Items("ata_device_statistics", "pages")
            .Where(entry => entry.Number("number") == page)
            .SelectMany(entry => entry.Items("table"))
            .Where(row => row.Number("offset") == offset && row.Flag("flags", "valid") is true)
            .Select(row => row.Amount("value"))
            .FirstOrDefault();
}
