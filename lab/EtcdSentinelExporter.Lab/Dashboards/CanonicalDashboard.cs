using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EtcdSentinelExporter.Lab.Dashboards;

/// <summary>The one form of a file in dashboards/, so that an export of Grafana differs only where somebody changed
/// something.</summary>
internal static class CanonicalDashboard
{
    private static readonly JsonWriterOptions s_form =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Properties that Grafana adds, and that break the sidecar or differ with each installation.
    private static readonly string[] s_added = ["__inputs", "__elements", "__requires", "iteration", "preload"];

    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static string Of(string text)
    {
        var json = JsonNode.Parse(text)!.AsObject();
        foreach (var name in s_added)
            json.Remove(name);
        json["id"] = null;
        json["version"] = 1;
        foreach (var panel in json["panels"]!.AsArray())
            panel!.AsObject().Remove("pluginVersion");
        foreach (var variable in json["templating"]!["list"]!.AsArray())
            Reset(variable!.AsObject());
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, s_form))
            json.WriteTo(writer);
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    // What somebody chose, and what there was to choose from.
    private static void Reset(JsonObject variable)
    {
        variable["options"] = new JsonArray();
        if (variable["type"]!.GetValue<string>() == "datasource")
            variable.Remove("current");
        else
            variable["current"] = JsonNode.Parse("""{"selected": true, "text": ["All"], "value": ["$__all"]}""");
    }
}
