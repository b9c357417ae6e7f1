using System.Text;
using System.Text.Json;

namespace EtcdSentinelExporter.Cli.Logging;

/// <summary>Formats an event as one JSON object whose values are strings.</summary>
internal static class JsonLine
{
    public static string Write(LogEvent logged)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            foreach (var (key, value) in logged.Fields)
                json.WriteString(key, value);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
    }
}
