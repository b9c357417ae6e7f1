using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>Writes values in promtool's notation: runs of one value, ramps and gaps.</summary>
internal static class Timeline
{
    private const double Tolerance = 1e-9;

    /// <param name="values">One per scrape; <see langword="null"/> where the series was not scraped.</param>
    public static string Of(IReadOnlyList<double?> values)
    {
        var text = new StringBuilder();
        for (var at = 0; at < values.Count;)
        {
            var length = values[at] is null ? Gap(values, at) : Ramp(values, at);
            text.Append(text.Length > 0 ? " " : "").Append(Run(values, at, length));
            at += length;
        }
        return text.ToString();
    }

    // Prometheus marks a series as stale at the first scrape without it.
    private static string Run(IReadOnlyList<double?> values, int at, int length)
    {
        if (values[at] is not { } first)
        {
            var isEnd = at > 0;
            var rest = isEnd ? length - 1 : length;
            return $"{(isEnd ? "stale" : "")}{(isEnd && rest > 0 ? " " : "")}{(rest > 0 ? $"_x{rest}" : "")}";
        }
        if (length == 1)
            return Number(first);
        var step = values[at + 1]!.Value - first;
        return step == 0
            ? $"{Number(first)}x{length - 1}"
            : $"{Number(first)}{(step > 0 ? "+" : "")}{Number(step)}x{length - 1}";
    }

    private static int Gap(IReadOnlyList<double?> values, int at)
    {
        var end = at;
        while (end < values.Count && values[end] is null)
            end++;
        return end - at;
    }

    private static int Ramp(IReadOnlyList<double?> values, int at)
    {
        if (at + 1 >= values.Count || values[at + 1] is not { } second)
            return 1;
        var first = values[at]!.Value;
        var step = second - first;
        var end = at + 2;
        while (end < values.Count && values[end] is { } value && IsNear(value, first + (step * (end - at))))
            end++;
        return end - at;
    }

    private static bool IsNear(double value, double expected) =>
        Math.Abs(value - expected) <= Tolerance * Math.Max(1, Math.Abs(expected));

    private static string Number(double value) => value.ToString("0.############", CultureInfo.InvariantCulture);
}
