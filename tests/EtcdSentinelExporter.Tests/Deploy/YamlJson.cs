using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Tests.Deploy;

/// <summary>YAML as the JSON that Kubernetes makes of it: plain scalars may be numbers and booleans, quoted ones
/// are text.</summary>
internal static class YamlJson
{
    public static JsonNode? From(YamlNode? node) => node switch
    {
        YamlMappingNode map => new JsonObject(
            map.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, From(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(From)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } plain } => Plain(plain),
        YamlScalarNode { Value: { } text } => JsonValue.Create(text),
        _ => null,
    };

    private static JsonValue? Plain(string text) =>
        text is "" or "~" or "null" ? null
        : text is "true" or "false" ? JsonValue.Create(text is "true")
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? JsonValue.Create(whole)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number)
        : JsonValue.Create(text);
}
