using System.Globalization;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Decodes how long a drive has been running, in the encoding of each maker.</summary>
internal static class PowerOnTime
{
    private const double MaxHours = 300_000; // 34 years: more than any drive has, and less than a wrong encoding gives
    private const ulong LowWord = 0xFFFF_FFFF;
    private const ulong MaxPlainHours = 0xFF_FFFF;

    /// <returns>The time, or <see langword="null"/>; and true if the reported value is invalid.</returns>
    public static (TimeSpan? Time, bool IsUndecodable) Decode(SmartReport report)
    {
        var hours = FromSmartctl(report) ?? FromNvme(report) ?? FromAttribute(report);
        return hours is <= MaxHours and >= 0 ? (TimeSpan.FromHours(hours.Value), false) : (null, hours is not null);
    }

    // smartctl has already decoded it by its database.
    private static double? FromSmartctl(SmartReport report) =>
        report.Root.Number("power_on_time", "hours") is { } hours
            ? hours + ((report.Root.Number("power_on_time", "minutes") ?? 0) / 60)
            : null;

    private static double? FromNvme(SmartReport report) =>
        report.Root.Number("nvme_smart_health_information_log", "power_on_hours");

    // The name is checked too: for some makers 9 means something else.
    private static double? FromAttribute(SmartReport report) =>
        report.Attributes.FirstOrDefault(
            row => row.Id == 9 && row.Name.StartsWith("Power_On_", StringComparison.Ordinal)) is { } attribute
            ? HoursAndMinutes(attribute.RawText) ?? BeforeBracket(attribute.RawText) ?? Plain(attribute)
            : null;

    // 37054h+12m+52.450s
    private static double? HoursAndMinutes(string text) =>
        text.Split('+') is [[.. var hours, 'h'], [.. var minutes, 'm'], ..]
        && Whole(hours) is { } wholeHours && Whole(minutes) is { } wholeMinutes
            ? wholeHours + (wholeMinutes / 60)
            : null;

    // 34013 (105 34 0)
    private static double? BeforeBracket(string text) =>
        text.EndsWith(')') && text.Split(" (", 2) is [var hours, _] ? Whole(hours) : null;

    // The upper half holds milliseconds, or other data of the maker.
    private static double? Plain(SmartAttribute attribute) =>
        !attribute.Name.StartsWith("Power_On_Hours", StringComparison.Ordinal) || attribute.Raw is not { } raw ? null
        : (raw & LowWord) <= MaxPlainHours ? raw & LowWord
        : double.PositiveInfinity;

    private static double? Whole(string text) =>
        double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
