using System.Text.Json.Nodes;
using EtcdSentinelExporter.Host.Yaml;
using Xunit;

namespace EtcdSentinelExporter.Tests.Deploy;

/// <summary>Every object against the schemas of Kubernetes and of Prometheus Operator, read from
/// <c>../shared/schemas</c> or the folder in <c>ETCD_SENTINEL_SCHEMAS</c>. They are not part of
/// this repository.</summary>
public sealed class DeploySchemaTests
{
    [Theory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void Every_object_is_what_its_schema_wants(string overlay) =>
        Assert.Empty(DeployOverlays.Objects(overlay).SelectMany(ConfigurationErrors));

    [Theory]
    [InlineData("""{"apiVersion":"apps/v1","kind":"DaemonSet","spec":{"selector":{},"template":{"spec":{"containers":[{"nam":"x"}]}}}}""")]
    [InlineData("""{"apiVersion":"apps/v1","kind":"DaemonSet","spec":{"selector":{}}}""")]
    [InlineData("""{"apiVersion":"v1","kind":"Service","spec":{"ports":[{"port":"10379"}]}}""")]
    [InlineData("""{"apiVersion":"monitoring.coreos.com/v1","kind":"ServiceMonitor","spec":{"selector":{},"endpoints":[{"interval":"soon"}]}}""")]
    public void What_is_wrong_is_seen(string text) =>
        Assert.NotEmpty(ConfigurationErrors((JsonObject)JsonNode.Parse(text)!));

    internal static IEnumerable<string> ConfigurationErrors(JsonObject one)
    {
        var (version, kind) = (one["apiVersion"].Word()!, one["kind"].Word()!);
        return version is "monitoring.coreos.com/v1" ? OfOperator(one, kind) : OfKubernetes(one, version, kind);
    }

    private static IEnumerable<string> OfOperator(JsonObject one, string kind)
    {
        var file = Path.Combine(Schemas.Folder, "prometheus-operator", $"{kind.ToLowerInvariant()}s.yaml");
        var resource = YamlJson.From(YamlText.Parse(File.ReadAllText(file)))!;
        var schema = resource["spec"]!["versions"]!.Each()
            .Single(version => version["name"].Word() is "v1")["schema"]!["openAPIV3Schema"]!;
        return new OpenApiSchema(resource).ConfigurationErrors(Bare(one), schema, kind);
    }

    private static IEnumerable<string> OfKubernetes(JsonObject one, string version, string kind)
    {
        var name = version.Contains('/', StringComparison.Ordinal)
            ? $"apis_{version.Replace('/', '_')}.json"
            : $"api_{version}.json";
        var document = JsonNode.Parse(File.ReadAllText(Path.Combine(Schemas.Folder, "kubernetes", name)))!;
        var schema = document["components"]!["schemas"]!.AsObject().Single(pair =>
            pair.Value?["x-kubernetes-group-version-kind"] is JsonArray kinds
            && kinds.Any(known => known?["kind"].Word() == kind)).Value!;
        return new OpenApiSchema(document).ConfigurationErrors(one, schema, kind);
    }

    // A custom resource's schema says of metadata only that it is an object.
    private static JsonObject Bare(JsonObject one)
    {
        var copy = one.DeepClone().AsObject();
        copy.Remove("metadata");
        return copy;
    }

    private static class Schemas
    {
        private static readonly string Place = Environment.GetEnvironmentVariable("ETCD_SENTINEL_SCHEMAS")
            ?? Path.Combine(Repo.Root, "../shared/schemas");

        /// <summary>Skips the test if there are none.</summary>
        public static string Folder
        {
            get
            {
                Assert.SkipUnless(
                    Directory.Exists(Place),
                    $"There are no schemas in {Place}; name their folder in ETCD_SENTINEL_SCHEMAS.");
                return Place;
            }
        }
    }
}
