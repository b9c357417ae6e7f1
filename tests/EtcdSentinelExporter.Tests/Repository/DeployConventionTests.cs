using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Collecting.Self;
using EtcdSentinelExporter.Configuration;
using EtcdSentinelExporter.Web;
using Xunit;

namespace EtcdSentinelExporter.Tests.Repository;

/// <summary>What every pod of every overlay keeps to, whatever the schemas let through.</summary>
public sealed class DeployConventionTests
{
    [OverlayTheory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void No_object_is_there_twice_and_all_are_in_a_namespace(string overlay)
    {
        var objects = DeployOverlays.Objects(overlay);

        Assert.NotEmpty(objects);
        Assert.Distinct(
            objects.Select(one => $"{one["kind"]} {one["metadata"]!["namespace"]} {one["metadata"]!["name"]}"));
        Assert.All(objects, one => Assert.True(
            one["kind"].Word() is "Namespace"
                || one["metadata"]!["namespace"].Word() is "control-plane-sentinel" or "kube-system"));
    }

    [OverlayTheory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void Pods_have_no_token_no_service_links_and_a_priority(string overlay) =>
        Assert.All(DeployOverlays.Pods(overlay), pod =>
        {
            Assert.False(pod.Spec["automountServiceAccountToken"]!.GetValue<bool>());
            Assert.False(pod.Spec["enableServiceLinks"]!.GetValue<bool>());
            Assert.StartsWith("system-", pod.Spec["priorityClassName"].Word(), StringComparison.Ordinal);
        });

    [OverlayTheory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void Containers_write_nowhere_and_hold_the_capabilities_that_are_documented(string overlay) =>
        Assert.All(Containers(overlay), container =>
        {
            var security = container["securityContext"]!;
            var isAgent = container["name"].Word() is "smart-agent";
            Assert.True(security["readOnlyRootFilesystem"]!.GetValue<bool>());
            Assert.Equal(isAgent, security["privileged"] is not null);
            if (isAgent)
                return;
            Assert.False(security["allowPrivilegeEscalation"]!.GetValue<bool>());
            Assert.Equal(["ALL"], security["capabilities"]!["drop"].Each().Select(one => one.Word()));
            Assert.Equal(
                overlay is "rke2" or "talos" ? ["DAC_READ_SEARCH"] : [],
                security["capabilities"]!["add"].Each().Select(one => one.Word()));
        });

    [OverlayTheory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void A_container_with_a_port_has_probes_and_the_agent_has_none(string overlay) =>
        Assert.All(Containers(overlay), container =>
        {
            var hasPort = container["ports"].Each().Any();
            Assert.Equal(hasPort, container["livenessProbe"]?["httpGet"] is not null);
            Assert.Equal(hasPort, container["readinessProbe"] is not null);
            Assert.NotNull(container["resources"]!["limits"]!["memory"]);
        });

    [OverlayTheory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void Folders_are_mounted_and_never_files_and_only_the_agent_writes(string overlay) =>
        Assert.All(Containers(overlay)
            .SelectMany(container => container["volumeMounts"].Each(), (container, mount) => (container, mount)),
            pair =>
            {
                Assert.Null(pair.mount["subPath"]);
                Assert.False(Path.HasExtension(pair.mount["mountPath"].Word()));
                var mayWrite = pair.mount["mountPath"].Word() is "/run/sentinel" or "/run/etcd-sentinel";
                Assert.True(mayWrite || pair.mount["readOnly"]!.GetValue<bool>());
            });

    [OverlayTheory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void Every_variable_is_a_setting_with_a_value_that_is_let_in(string overlay) =>
        Assert.All(Containers(overlay), container =>
        {
            var given = container["env"].Each().Where(one => one["value"] is not null).ToDictionary(
                one => one["name"].Word()!,
                one => one["value"].Word()!.Replace("$(NODE_IP)", "fd00::1", StringComparison.Ordinal),
                StringComparer.Ordinal);
            var settings = new SettingsReader(Catalog.Settings, _ => throw new FileNotFoundException())
                .Read(new([], []), given);

            Assert.Empty(settings.Problems);
        });

    [OverlayTheory]
    [InlineData("kubeadm")]
    public void The_exporter_goes_to_every_kind_of_control_plane_node(string overlay)
    {
        var pod = DeployOverlays.Pods(overlay).Single(one => one.Name is "control-plane-sentinel").Spec;
        var terms = pod["affinity"]!["nodeAffinity"]!["requiredDuringSchedulingIgnoredDuringExecution"]!["nodeSelectorTerms"].Each();

        // One term each, because terms are ORed and expressions ANDed.
        Assert.Equal(["control-plane", "master", "etcd", "controlplane"], terms.Select(term =>
            Assert.Single(term["matchExpressions"].Each())["key"].Word()!.Split('/')[1]));
        Assert.Equal("Exists", Assert.Single(pod["tolerations"].Each())["operator"].Word());
        Assert.True(pod["hostNetwork"]!.GetValue<bool>());
    }

    [OverlayTheory]
    [InlineData("static-pod")]
    public void The_static_pod_is_the_exporter_without_smart(string overlay)
    {
        var expected = DeployOverlays.Pods("without-smart").Single().Spec.DeepClone().AsObject();
        expected.Remove("affinity");
        expected.Remove("nodeSelector");

        Assert.True(JsonNode.DeepEquals(expected, DeployOverlays.Pods(overlay).Single().Spec));
    }

    private static IEnumerable<JsonNode> Containers(string overlay) =>
        DeployOverlays.Pods(overlay).SelectMany(pod => pod.Spec["containers"].Each());
}
