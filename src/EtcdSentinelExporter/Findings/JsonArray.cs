using System.Text.Json;

namespace EtcdSentinelExporter.Findings;

/// <summary>Writes an array of a report or a plan.</summary>
internal static class JsonArray
{
    public static void Write<T>(
        Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
            write(json, item);
        json.WriteEndArray();
    }
}
