using System.Globalization;
using System.Text.Json;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Reads out of smartctl's JSON. What is not there, or is something else, is <see langword="null"/> or
/// empty.</summary>
internal static class SmartJson
{
    /// <summary>No text out of a drive is longer: it may end up in a label.</summary>
    public const int MaxTextLength = 100;

    /// <summary>The root of a text, which lives on.</summary>
    /// <exception cref="FormatException">It breaks off, is no JSON, or has a key that is no text.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            CheckKeys(json.Span);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new FormatException($"no JSON, or it breaks off: {e.Message}", e);
        }
    }

    public static JsonElement? At(this JsonElement from, params ReadOnlySpan<string> path)
    {
        var here = from;
        foreach (var key in path)
        {
            if (here.ValueKind is not JsonValueKind.Object || !here.TryGetProperty(key, out here))
                return null;
        }
        return here;
    }

    public static bool Has(this JsonElement from, params ReadOnlySpan<string> path) => from.At(path) is not null;

    public static double? Number(this JsonElement from, params ReadOnlySpan<string> path) =>
        from.At(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value)
        && double.IsFinite(value) ? value : null;

    /// <summary>A number that smartctl spells as text: "2473.166".</summary>
    public static double? Decimal(this JsonElement from, params ReadOnlySpan<string> path) =>
        double.TryParse(from.Text(path), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
        && double.IsFinite(value) ? value : null;

    // A double holds 53 bits, and raw values have 64.
    public static ulong? Count(this JsonElement from, params ReadOnlySpan<string> path) =>
        from.At(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetUInt64(out var value)
            ? value
            : null;

    public static bool? Flag(this JsonElement from, params ReadOnlySpan<string> path) =>
        from.At(path)?.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    public static string Text(this JsonElement from, params ReadOnlySpan<string> path) =>
        from.At(path) is { ValueKind: JsonValueKind.String } text ? Bounded(text) : "";

    public static JsonElement[] Items(this JsonElement from, params ReadOnlySpan<string> path) =>
        from.At(path) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    /// <summary>The text without white space around it, cut to <see cref="MaxTextLength"/>.</summary>
    public static string Bounded(string text)
    {
        var full = text.Trim();
        return full.Length <= MaxTextLength ? full : full[..MaxTextLength];
    }

    /// <summary>Checks that each key is valid Unicode.</summary>
    /// <remarks>Half of a surrogate pair in one key lets a look-up of any other key throw.</remarks>
    /// <exception cref="FormatException">A key is not.</exception>
    /// <exception cref="JsonException">Truncated, not JSON, or too deep.</exception>
    public static void CheckKeys(ReadOnlySpan<byte> json, int maxDepth = 64)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (reader is { TokenType: JsonTokenType.PropertyName, ValueIsEscaped: true } && !IsText(ref reader))
                throw new FormatException($"a key at byte {reader.TokenStartIndex} is no text");
        }
    }

    // GetString throws on a lone half of a surrogate pair, which JSON can spell.
    private static string Bounded(JsonElement text)
    {
        try
        {
            return Bounded(text.GetString() ?? "");
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
