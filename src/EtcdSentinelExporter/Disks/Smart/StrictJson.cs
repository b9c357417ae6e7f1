using System.Text.Json;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>Parses JSON whose keys can be looked up without an exception.</summary>
internal static class StrictJson
{
    /// <summary>Parses a document and returns a copy of its root.</summary>
    /// <exception cref="FormatException">Truncated, not JSON, or with a key that is not valid Unicode.</exception>
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
            throw new FormatException($"invalid or truncated JSON: {e.Message}", e);
        }
    }

    /// <summary>Checks that each key is valid Unicode.</summary>
    /// <remarks>With half of a surrogate pair in one key, a lookup of any other key throws.</remarks>
    /// <exception cref="FormatException">A key is not valid Unicode.</exception>
    /// <exception cref="JsonException">Truncated, not JSON, or too deep.</exception>
    public static void CheckKeys(ReadOnlySpan<byte> json, int maxDepth = 64)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (reader is { TokenType: JsonTokenType.PropertyName, ValueIsEscaped: true } && !IsText(ref reader))
                throw new FormatException($"the key at byte {reader.TokenStartIndex} is not valid Unicode");
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
