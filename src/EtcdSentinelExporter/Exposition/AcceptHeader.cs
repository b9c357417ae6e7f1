using System.Globalization;

namespace EtcdSentinelExporter.Exposition;

/// <summary>One thing that a client says it takes.</summary>
/// <param name="Name">Media range or coding, in lower case.</param>
/// <param name="Version">The parameter <c>version</c>; <see langword="null"/> without one.</param>
/// <param name="Quality">0 (never) to 1.</param>
internal readonly record struct Accepted(string Name, string? Version, double Quality);

/// <summary>Reads what HTTP calls a list with quality values: <c>Accept</c> and <c>Accept-Encoding</c>.</summary>
internal static class AcceptHeader
{
    // Prometheus sends about 250 characters. Whoever sends more than this gets what one gets without the header.
    private const int Longest = 4096;

    /// <summary>The items that make sense, in their order; the others are passed over. Never throws.</summary>
    public static IEnumerable<Accepted> Read(string? header) =>
        header is null or { Length: > Longest } ? [] : Split(header, ',').Select(Item).OfType<Accepted>();

    private static Accepted? Item(string text)
    {
        var (name, version, quality) = ("", default(string), 1.0);
        foreach (var (index, part) in Split(text, ';').Index())
        {
            if (index == 0)
                name = part;
            else if (Parameter(part, "version") is { } wanted)
                version = wanted;
            else if (Parameter(part, "q") is { } weight && !TryQuality(weight, out quality))
                return null;
        }
        return name is "" ? null : new(name.ToLowerInvariant(), version, quality);
    }

    private static string? Parameter(string part, string name)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && part.AsSpan(0, equals).Trim().Equals(name, StringComparison.OrdinalIgnoreCase)
            ? part[(equals + 1)..].Trim().Trim('"')
            : null;
    }

    private static bool TryQuality(string text, out double quality) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out quality)
        && quality <= 1;

    /// <summary>Cuts at a separator, but not inside quotes. A quote that never ends takes the rest.</summary>
    private static IEnumerable<string> Split(string text, char separator)
    {
        var (start, quoted) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (quoted && text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                quoted = !quoted;
            }
            else if (text[i] == separator && !quoted)
            {
                yield return text[start..i].Trim();
                start = i + 1;
            }
        }
        yield return text[start..].Trim();
    }
}
