using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EtcdSentinelExporter.Tests.Deploy;

/// <summary>The part of JSON Schema that Kubernetes and its custom resources use. A property that the schema does not
/// know is a complaint too, as <c>kubectl apply</c> makes it.</summary>
/// <param name="document">Where <c>$ref</c> leads; the schemas of a custom resource have none.</param>
internal sealed class OpenApiSchema(JsonNode document)
{
    public IEnumerable<string> ConfigurationErrors(JsonNode? value, JsonNode schema, string path)
    {
        schema = Resolved(schema);
        if (value is null)
            return [];
        if (schema["x-kubernetes-int-or-string"] is not null || schema["oneOf"] is not null)
            return value is JsonValue ? [] : [$"{path}: is no number and no text"];
        return value switch
        {
            JsonObject map => OfMap(map, schema, path),
            JsonArray list => OfList(list, schema, path),
            _ => OfScalar((JsonValue)value, schema, path),
        };
    }

    private IEnumerable<string> OfMap(JsonObject map, JsonNode schema, string path)
    {
        if (Type(schema) is not (null or "object"))
            return [$"{path}: is a map, wanted {Type(schema)}"];
        var missing = schema["required"].Each().Select(name => name.Word()!)
            .Where(name => !map.ContainsKey(name)).Select(name => $"{path}: has no {name}");
        return missing.Concat(map.SelectMany(pair => OfProperty(pair.Key, pair.Value, schema, $"{path}.{pair.Key}")));
    }

    private IEnumerable<string> OfProperty(string name, JsonNode? value, JsonNode schema, string path)
    {
        if (schema["properties"]?[name] is { } known)
            return ConfigurationErrors(value, known, path);
        if (schema["additionalProperties"] is JsonObject others)
            return ConfigurationErrors(value, others, path);
        var isFree = schema["properties"] is null || schema["x-kubernetes-preserve-unknown-fields"] is not null;
        return isFree ? [] : [$"{path}: the schema does not know it"];
    }

    private IEnumerable<string> OfList(JsonArray list, JsonNode schema, string path) =>
        Type(schema) is not (null or "array") ? [$"{path}: is a list, wanted {Type(schema)}"]
        : list.Count < (schema["minItems"]?.GetValue<int>() ?? 0) ? [$"{path}: too short"]
        : schema["items"] is { } items ? list.SelectMany((item, i) => ConfigurationErrors(item, items, $"{path}[{i}]"))
        : [];

    private static IEnumerable<string> OfScalar(JsonValue value, JsonNode schema, string path)
    {
        var type = value.TryGetValue<string>(out _) ? "string" : value.TryGetValue<bool>(out _) ? "boolean"
            : value.TryGetValue<long>(out _) ? "integer" : "number";
        if (Type(schema) is { } wanted && wanted != type && (wanted, type) is not ("number", "integer"))
            yield return $"{path}: is a {type}, wanted {wanted}";
        if (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
            yield return $"{path}: {value} is none of {words.ToJsonString()}";
        if (schema["pattern"].Word() is { } pattern && value.Word() is { } text
            && !Regex.IsMatch(text, pattern, RegexOptions.None, Patience.Limit))
        {
            yield return $"{path}: {text} does not match {pattern}";
        }
    }

    private static string? Type(JsonNode schema) => schema["type"].Word();

    // An allOf of one is how Kubernetes hangs a description on a reference.
    private JsonNode Resolved(JsonNode schema)
    {
        while ((schema["$ref"] ?? schema["allOf"]?[0]?["$ref"]).Word() is { } reference)
            schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!;
        return schema;
    }
}
