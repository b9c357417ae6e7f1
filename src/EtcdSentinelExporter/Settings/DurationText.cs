using System.Globalization;

namespace EtcdSentinelExporter.Settings;

/// <summary>Durations as Prometheus writes them: <c>15s</c>, <c>1h30m</c>, <c>30d</c>, <c>500ms</c>; the largest unit
/// first, each once.</summary>
internal static class DurationText
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("y", TimeSpan.FromDays(365)), ("w", TimeSpan.FromDays(7)), ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    public static TimeSpan Parse(string text)
    {
        var rest = text.AsSpan();
        var total = TimeSpan.Zero;
        for (var from = 0; !rest.IsEmpty;)
        {
            var digits = Span(rest, char.IsAsciiDigit);
            var letters = Span(rest[digits..], char.IsAsciiLetterLower);
            var name = rest.Slice(digits, letters).ToString();
            var unit = Array.FindIndex(Units, from, u => u.Unit == name);
            if (unit < 0
                || !int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                throw Malformed();
            }
            total += Times(Units[unit].Length, count);
            rest = rest[(digits + letters)..];
            from = unit + 1;
        }
        return text is "" ? throw Malformed() : total;
    }

    private static int Span(ReadOnlySpan<char> text, Func<char, bool> belongs)
    {
        var length = 0;
        while (length < text.Length && belongs(text[length]))
            length++;
        return length;
    }

    // A thousand years at most for each part: sums of seven cannot overflow, and no timer takes more anyway.
    private static TimeSpan Times(TimeSpan unit, int count) =>
        count <= TimeSpan.FromDays(365_000) / unit ? unit * count : throw new FormatException("that is too long.");

    private static FormatException Malformed() => new("write a duration such as 500ms, 15s, 5m, 1h30m or 30d.");
}
