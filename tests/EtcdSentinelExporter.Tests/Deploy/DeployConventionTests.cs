using System.Text.Json.Nodes;
using EtcdSentinelExporter.Settings;
using Xunit;

namespace EtcdSentinelExporter.Tests.Deploy;

/// <summary>What every pod of every overlay keeps to, whatever the schemas let through.</summary>
public sealed class DeployConventionTests
{
    [Theory]
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

    [Theory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void Pods_have_no_token_no_service_links_and_a_priority(string overlay) =>
        Assert.All(DeployOverlays.Pods(overlay), pod =>
        {
            Assert.False(pod.Spec["automountServiceAccountToken"]!.GetValue<bool>());
            Assert.False(pod.Spec["enableServiceLinks"]!.GetValue<bool>());
            Assert.StartsWith("system-", pod.Spec["priorityClassName"].Word(), StringComparison.Ordinal);
        });

    [Theory]
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
                overlay is "rke2" or "k0s" or "talos" ? ["DAC_READ_SEARCH"] : [],
                security["capabilities"]!["add"].Each().Select(one => one.Word()));
        });

    [Theory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void A_container_with_a_port_has_probes_and_the_agent_has_none(string overlay) =>
        Assert.All(Containers(overlay), container =>
        {
            var hasPort = container["ports"].Each().Any();
            Assert.Equal(hasPort, container["livenessProbe"]?["httpGet"] is not null);
            Assert.Equal(hasPort, container["readinessProbe"] is not null);
            Assert.NotNull(container["resources"]!["limits"]!["memory"]);
        });

    // The main port may be full, or require a client certificate, and neither is a reason to restart the pod.
    [Theory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void Probes_ask_the_health_port_which_is_on_loopback_where_the_network_is_the_hosts(string overlay) =>
        Assert.All(
            from pod in DeployOverlays.Pods(overlay)
            from container in pod.Spec["containers"].Each()
            where container["ports"].Each().Any()
            select (HasHostNetwork: pod.Spec["hostNetwork"] is not null, Container: container),
            pod =>
            {
                var probes = new[] { "livenessProbe", "readinessProbe" }
                    .Select(probe => pod.Container[probe]!["httpGet"]!).ToArray();

                Assert.Equal(
                    pod.HasHostNetwork ? "127.0.0.1:10380" : ":10380",
                    pod.Container["env"].Each()
                        .Single(one => one["name"].Word() is "ETCDSENTINEL_WEB_HEALTH_LISTEN_ADDRESS")["value"].Word());
                Assert.Equal(["/-/healthy", "/-/ready"], probes.Select(probe => probe["path"].Word()));
                Assert.All(probes, probe =>
                {
                    Assert.Equal(pod.HasHostNetwork ? "127.0.0.1" : null, probe["host"].Word());
                    Assert.Equal(10380, PortNumber(pod.Container, probe["port"]!));
                    Assert.Null(probe["scheme"]);
                });
            });

    // Kubernetes always allows traffic from the node of a pod, and nobody but its kubelet needs the health port.
    [Theory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void No_policy_and_no_service_opens_the_health_port(string overlay)
    {
        Assert.All(
            DeployOverlays.OfKind(overlay, "NetworkPolicy").SelectMany(one => one["spec"]!["ingress"].Each()),
            rule => Assert.Equal([10379], rule["ports"].Each().Select(port => port["port"]!.GetValue<long>())));
        Assert.All(
            DeployOverlays.OfKind(overlay, "Service").SelectMany(one => one["spec"]!["ports"].Each()),
            port => Assert.Equal("http-metrics", port["targetPort"].Word()));
    }

    [Fact]
    public void The_file_for_systemd_has_a_health_port_and_settings_that_are_valid()
    {
        var text = File.ReadAllText(Path.Combine(Repo.Root, "deploy", "systemd", "config.yaml"));
        var settings = new SettingsReader(Catalog.Settings, _ => text)
            .Read(
                new([], []),
                new Dictionary<string, string>(StringComparer.Ordinal) { ["ETCDSENTINEL_CONFIG_FILE"] = "config.yaml" });

        Assert.Empty(settings.Problems);
        Assert.Equal("127.0.0.1:10380", settings.Get(GeneralSettings.HealthListenAddress)!.ToString());
    }

    [Theory]
    [InlineData("tls")]
    public void Every_endpoint_of_the_monitor_presents_a_client_certificate(string overlay)
    {
        var endpoints = DeployOverlays.OfKind(overlay, "ServiceMonitor")
            .SelectMany(one => one["spec"]!["endpoints"].Each()).ToArray();

        Assert.Equal(["/metrics", "/etcd/metrics"], endpoints.Select(one => one["path"].Word()));
        Assert.All(endpoints, one =>
        {
            Assert.Equal("https", one["scheme"].Word());
            Assert.Equal("tls.crt", one["tlsConfig"]!["cert"]!["secret"]!["key"].Word());
            Assert.Equal("tls.key", one["tlsConfig"]!["keySecret"]!["key"].Word());
        });
    }

    [Theory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void Folders_are_mounted_and_never_files_and_only_the_agent_writes(string overlay) =>
        Assert.All(Containers(overlay)
            .SelectMany(container => container["volumeMounts"].Each(), (container, mount) => (container, mount)),
            pair =>
            {
                Assert.Null(pair.mount["subPath"]);
                Assert.False(Path.HasExtension(pair.mount["mountPath"].Word()));
                var mayWrite = pair.mount["mountPath"].Word() is "/run/etcd-sentinel";
                Assert.True(mayWrite || pair.mount["readOnly"]!.GetValue<bool>());
            });

    [Theory]
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

    [Theory]
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

    [Theory]
    [InlineData("static-pod")]
    public void The_static_pod_is_the_exporter_without_smart(string overlay)
    {
        var expected = DeployOverlays.Pods("without-smart").Single().Spec.DeepClone().AsObject();
        expected.Remove("affinity");
        expected.Remove("nodeSelector");

        Assert.True(JsonNode.DeepEquals(expected, DeployOverlays.Pods(overlay).Single().Spec));
    }

    private static long PortNumber(JsonNode container, JsonNode port) => port.Word() is { } name
        ? container["ports"].Each().Single(one => one["name"].Word() == name)["containerPort"]!.GetValue<long>()
        : port.GetValue<long>();

    private static IEnumerable<JsonNode> Containers(string overlay) =>
        DeployOverlays.Pods(overlay).SelectMany(pod => pod.Spec["containers"].Each());
}
