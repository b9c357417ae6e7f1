using System.Text.Json.Nodes;
using Xunit;

namespace EtcdSentinelExporter.Tests.Deploy;

/// <summary>One pod that asks all members, beside those on the nodes: who is scraped, and as what.</summary>
public sealed class DeployExternalEtcdTests
{
    private const string Overlay = "external-etcd-kube-prometheus-stack";

    [Theory]
    [InlineData(Overlay)]
    public void Every_service_is_scraped(string overlay) => Assert.Equal(
        Component(DeployOverlays.OfKind(overlay, "Service"), one => one["spec"]!["selector"]),
        Component(DeployOverlays.OfKind(overlay, "ServiceMonitor"), one => one["spec"]!["selector"]!["matchLabels"]));

    [Theory]
    [InlineData(Overlay)]
    public void Each_member_that_is_asked_is_a_target_with_an_instance_of_its_own(string overlay)
    {
        var asked = DeployOverlays.Pods(overlay)
            .Single(pod => pod.Name is "control-plane-sentinel-members").Spec["containers"].Each()
            .Single()["env"].Each().Single(one => one["name"].Word() is "ETCDSENTINEL_ETCD_ENDPOINTS")["value"]
                .Word()!.Split(' ');
        var pages = Endpoints(overlay).Where(one => one["path"].Word() is "/etcd/metrics").ToArray();

        Assert.Equal(asked, pages.Select(page => Assert.Single(page["params"]!["endpoint"].Each()).Word()));
        Assert.Equal(asked.Select(endpoint => new Uri(endpoint).Authority), pages.Select(Instance));
    }

    [Theory]
    [InlineData(Overlay)]
    public void The_pods_on_the_nodes_are_no_etcd(string overlay) => Assert.All(
        DeployOverlays.OfKind(overlay, "ServiceMonitor")
            .Single(one => one["metadata"]!["name"].Word() is "control-plane-sentinel")
            ["spec"]!["endpoints"].Each(),
        one => Assert.Equal("/metrics", one["path"].Word()));

    [Theory]
    [InlineData(Overlay)]
    public void What_asks_the_members_looks_at_nothing_of_its_node(string overlay)
    {
        var pod = DeployOverlays.Pods(overlay).Single(one => one.Name is "control-plane-sentinel-members").Spec;
        var off = pod["containers"].Each().Single()["env"].Each()
            .Where(one => one["value"].Word() is "false").Select(one => one["name"].Word()!.Split('_')[1]);

        Assert.Equal(
            Catalog.All.Where(kind => kind.RunsIf is null).Select(kind => kind.Name.ToUpperInvariant())
                .Where(name => name is not ("MEMBERS" or "KEYSPACE"))
                .Order(StringComparer.Ordinal),
            off.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<JsonNode> Endpoints(string overlay) =>
        DeployOverlays.OfKind(overlay, "ServiceMonitor").SelectMany(one => one["spec"]!["endpoints"].Each());

    private static string? Instance(JsonNode endpoint) => endpoint["relabelings"].Each()
        .Single(rule => rule["targetLabel"].Word() is "instance")["replacement"].Word();

    private static IEnumerable<string?> Component(IEnumerable<JsonNode> objects, Func<JsonNode, JsonNode?> labels) =>
        objects.Select(one => labels(one)!["app.kubernetes.io/component"].Word()).Order(StringComparer.Ordinal);
}
