using System.Globalization;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Decodes temperatures, in °C.</summary>
internal static class DriveTemperature
{
    /// <returns><see langword="null"/> if the drive has no working sensor.</returns>
    public static double? Current(SmartReport report) => FirstPlausible(
        report.Root.Number("temperature", "current"),
        report.Root.Number("scsi_environmental_reports", "temperature_1", "current"),
        OfAttribute(report));

    /// <summary>Temperature above which the drive itself warns.</summary>
    /// <returns><see langword="null"/> if the drive reports none.</returns>
    public static double? Limit(SmartReport report, DriveLogs logs) => FirstPlausible(
        report.Root.Number("nvme_composite_temperature_threshold", "warning"),
        report.Root.Number("temperature", "op_limit_max"),
        report.Root.Number("temperature", "drive_trip"),
        report.Root.Number("scsi_temperature", "drive_trip"),
        logs.HottestAllowed);

    // 26 (35 33 …), 26 (Min/Max 14/57). Some drives report 0 in their temperature log only.
    private static double? OfAttribute(SmartReport report) =>
        report.Attributes.FirstOrDefault(row => row.Id == 194
            && row.Name.Contains("Temperature", StringComparison.Ordinal)) is { } attribute
        && int.TryParse(
            attribute.RawText.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var degrees)
            ? degrees
            : null;

    // Drives without a sensor report 0 °C, drives with a broken one 255.
    private static double? FirstPlausible(params ReadOnlySpan<double?> celsius)
    {
        foreach (var value in celsius)
        {
            if (value is > 0 and < 200)
                return value;
        }
        return null;
    }
}
