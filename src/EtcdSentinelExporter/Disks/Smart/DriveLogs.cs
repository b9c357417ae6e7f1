namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Values from the logs, which are read once an hour. Each is <see langword="null"/> if the drive does not
/// report it.</summary>
/// <param name="EndurancePercent">Percent used, from the device statistics; may exceed 100.</param>
/// <param name="SectorsWritten">Logical sectors written.</param>
/// <param name="HottestAllowed">Highest allowed temperature in °C.</param>
/// <param name="ErrorEntries">Entries of the error log.</param>
/// <param name="SelfTests">Newest first; empty if none was run or none is reported.</param>
internal sealed record DriveLogs(
    double? EndurancePercent,
    double? SectorsWritten,
    double? HottestAllowed,
    double? ErrorEntries,
    ImmutableArray<SelfTest> SelfTests)
{
    public static DriveLogs Of(SmartReport report) => new(
        Statistic(report, page: 7, offset: 8),
        Statistic(report, page: 1, offset: 24),
        Statistic(report, page: 5, offset: 88),
        report.Root.Number("ata_smart_error_log", "extended", "count")
            ?? report.Root.Number("ata_smart_error_log", "summary", "count"),
        SelfTest.All(report));

    // A statistic with the valid flag off has no meaning.
    private static double? Statistic(SmartReport report, int page, int offset) =>
        report.Root.Items("ata_device_statistics", "pages")
            .Where(entry => entry.Number("number") == page)
            .SelectMany(entry => entry.Items("table"))
            .Where(row => row.Number("offset") == offset && row.Flag("flags", "valid") is true)
            .Select(row => row.Number("value"))
            .FirstOrDefault();
}
