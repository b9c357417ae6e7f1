using System.Collections.Immutable;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>What stands only in the logs that are read once an hour. Each is <see langword="null"/> where the drive
/// does not say.</summary>
/// <param name="EndurancePercent">Percent used, as the drive's own statistics have it; may pass 100.</param>
/// <param name="SectorsWritten">In logical sectors.</param>
/// <param name="HottestAllowed">°C that the maker allows.</param>
/// <param name="ErrorEntries">Errors that the drive has written down.</param>
/// <param name="SelfTests">Newest first; empty where none was ever run or none is told.</param>
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

    // A statistic that is supported but not valid is a number without meaning.
    private static double? Statistic(SmartReport report, int page, int offset) =>
        report.Root.Items("ata_device_statistics", "pages")
            .Where(one => one.Number("number") == page)
            .SelectMany(one => one.Items("table"))
            .Where(row => row.Number("offset") == offset && row.Flag("flags", "valid") is true)
            .Select(row => row.Number("value"))
            .FirstOrDefault();
}
