using System.Text.Json.Nodes;

namespace EtcdSentinelExporter.Tests.Deploy.Helm;

/// <summary>Compares the objects of kustomize and Helm. Lists that Kubernetes reads as sets may have another
/// order.</summary>
internal static class ObjectDifferences
{
    /// <summary>Labels that only Helm's objects have, and have to have.</summary>
    private static readonly string[] HelmLabels =
        ["helm.sh/chart", "app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/managed-by"];

    public static IEnumerable<string> Of(IEnumerable<JsonObject> kustomize, IEnumerable<JsonObject> helm)
    {
        // Helm makes the namespace before it knows the chart, or somebody else does.
        var expected = kustomize.Where(one => one["kind"].Word() is not "Namespace").ToDictionary(Name, Canonical);
        var actual = helm.Select(one => one.DeepClone().AsObject()).ToArray();
        var missing = actual.SelectMany(TakeHelmLabels).ToArray();
        return missing.Concat(Of(expected, actual.ToDictionary(Name, Canonical)));
    }

    private static IEnumerable<string> Of(
        Dictionary<string, JsonNode?> expected, Dictionary<string, JsonNode?> actual) =>
        expected.Keys.Union(actual.Keys).SelectMany(name =>
            Between(expected.GetValueOrDefault(name), actual.GetValueOrDefault(name), name));

    /// <summary>Where two values differ; the order of keys does not count.</summary>
    public static IEnumerable<string> Between(JsonNode? expected, JsonNode? actual, string path) =>
        (expected, actual) switch
        {
            (JsonObject left, JsonObject right) => left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key))
                .SelectMany(key => Between(left[key], right[key], $"{path}.{key}")),
            (JsonArray left, JsonArray right) when left.Count == right.Count =>
                left.Zip(right).SelectMany((pair, i) => Between(pair.First, pair.Second, $"{path}[{i}]")),
            _ when JsonNode.DeepEquals(expected, actual) => [],
            _ => [$"{path}: kustomize has {expected?.ToJsonString() ?? "nothing"}, "
                + $"Helm has {actual?.ToJsonString() ?? "nothing"}"],
        };

    private static IEnumerable<string> TakeHelmLabels(JsonObject one)
    {
        var name = Name(one);
        var metadata = one["metadata"]!.AsObject();
        var labels = metadata["labels"]?.AsObject() ?? [];
        foreach (var label in HelmLabels.Where(label => !labels.Remove(label)))
            yield return $"{name}: has no label {label}";
        if (labels.Count == 0)
            metadata.Remove("labels");
    }

    private static string Name(JsonObject one) => $"{one["kind"]} {one["metadata"]!["name"]}";

    private static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Canonical(pair.Value)))),
        JsonArray list when list.All(item => Key(item) is not null) =>
            new JsonArray([.. list.OrderBy(Key, StringComparer.Ordinal).Select(Canonical)]),
        JsonArray list => new JsonArray([.. list.Select(Canonical)]),
        JsonValue value => value.DeepClone(),
        _ => null,
    };

    // Environment variables, volumes and mounts are found by these.
    private static string? Key(JsonNode? item) =>
        item is JsonObject map ? (map["mountPath"] ?? map["name"]).Word() : null;
}
