using System.Globalization;
using System.Text.Json;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Reads values from smartctl's JSON. A missing value, or one of another type, is <see langword="null"/> or
/// empty.</summary>
internal static class SmartJson
{
    /// <summary>Maximum length of a text, because it may become a label.</summary>
    public const int MaxTextLength = 100;

    // The counters of NVMe have 128 bits.
    private const double MaxNumber = 3.5e38;

    // A count of things that a drive can have.
    private const double MaxAmount = 1L << 48;

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

    /// <summary>A number from 0 to <see cref="MaxNumber"/>: no drive counts backwards.</summary>
    public static double? Number(this JsonElement from, params ReadOnlySpan<string> path) =>
        from.At(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value)
        && value is >= 0 and <= MaxNumber ? value : null;

    /// <summary>A number of things: neither negative nor absurdly large.</summary>
    public static double? Amount(this JsonElement from, params ReadOnlySpan<string> path) =>
        from.Number(path) is <= MaxAmount and var amount ? amount : null;

    /// <summary>A number that smartctl writes as text: "2473.166".</summary>
    public static double? Decimal(this JsonElement from, params ReadOnlySpan<string> path) =>
        double.TryParse(from.Text(path), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
        && value <= MaxNumber ? value : null;

    // A double holds only 53 bits of the 64 of raw values.
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

    /// <summary>The text, trimmed and cut to <see cref="MaxTextLength"/>.</summary>
    public static string Bounded(string text)
    {
        var full = text.Trim();
        return full.Length <= MaxTextLength ? full : full[..MaxTextLength];
    }

    // GetString throws on half of a surrogate pair, which JSON escapes can contain.
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
}
