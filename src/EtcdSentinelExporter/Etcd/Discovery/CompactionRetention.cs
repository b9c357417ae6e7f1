using System.Globalization;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Parses <c>--auto-compaction-retention</c>: a number of hours, or a duration in Go's format.</summary>
internal static class CompactionRetention
{
    private const string Option = "auto-compaction-retention";
    private const string Mode = "auto-compaction-mode";

    /// <returns>Zero if etcd does not compact; <see langword="null"/> in the mode <c>revision</c>, and if
    /// unknown.</returns>
    public static TimeSpan? Of(EtcdOptions options)
    {
        if (options.Hidden.Contains(Option) || options.Hidden.Contains(Mode) || options[Mode] is "revision" or "1")
            return null;
        var text = options[Option] ?? "0";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            ? TimeSpan.FromHours(hours)
            : Duration(text);
    }

    private static TimeSpan? Duration(string text)
    {
        try
        {
            return DurationText.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
