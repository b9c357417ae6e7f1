using System.Globalization;

namespace EtcdSentinelExporter.Settings;

/// <summary>Parses durations in Prometheus' format: <c>15s</c>, <c>1h30m</c>, <c>30d</c>, <c>500ms</c>. The largest
/// unit comes first; each unit occurs at most once.</summary>
internal static class DurationText
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("y", TimeSpan.FromDays(365)), ("w", TimeSpan.FromDays(7)), ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    /// <exception cref="FormatException">Invalid or too long; the message says what to write instead.</exception>
    public static TimeSpan Parse(string text)
    {
        var rest = text.AsSpan();
        var total = TimeSpan.Zero;
        for (var from = 0; !rest.IsEmpty;)
        {
            var digits = CountLeading(rest, char.IsAsciiDigit);
            var letters = CountLeading(rest[digits..], char.IsAsciiLetterLower);
            var name = rest.Slice(digits, letters).ToString();
            var unit = Array.FindIndex(Units, from, u => u.Unit == name);
            if (unit < 0
                || !int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                throw Invalid();
            }
            total += Multiply(Units[unit].Length, count);
            rest = rest[(digits + letters)..];
            from = unit + 1;
        }
        return text is "" ? throw Invalid() : total;
    }

    private static int CountLeading(ReadOnlySpan<char> text, Func<char, bool> matches)
    {
        var length = 0;
        while (length < text.Length && matches(text[length]))
            length++;
        return length;
    }

    // Each part is at most a thousand years: a sum of seven parts cannot overflow, and no timer accepts more anyway.
    private static TimeSpan Multiply(TimeSpan unit, int count) =>
        count <= TimeSpan.FromDays(365_000) / unit
            ? unit * count
            : throw new FormatException("the duration is too long; write at most 1000y.");

    private static FormatException Invalid() => new("write a duration such as 500ms, 15s, 5m, 1h30m or 30d.");
}
