using System.Collections.Immutable;
using EtcdSentinelExporter.Settings;
using Xunit;
using static EtcdSentinelExporter.Tests.Deploy.Helm.HelmChart;

namespace EtcdSentinelExporter.Tests.Deploy.Helm;

/// <summary>The chart makes the objects of the overlays, but for the labels that Helm adds.</summary>
public sealed class HelmTemplateTests
{
    private const string Smart = "--set=smartAgent.enabled=true";
    private const string Members =
        "--set=externalEtcd.endpoints={https://10.0.0.1:2379,https://10.0.0.2:2379,https://10.0.0.3:2379}";

    private static readonly ImmutableDictionary<string, string[]> OptionsOf = new Dictionary<string, string[]>(
        StringComparer.Ordinal)
    {
        ["least-privilege"] = [],
        ["without-smart"] = [Preset("kubeadm")],
        ["kubeadm"] = [Preset("kubeadm"), Smart],
        ["k3s"] = [Preset("k3s"), Smart],
        ["rke2"] = [Preset("rke2"), Smart],
        ["k0s"] = [Preset("k0s"), Smart],
        ["talos"] = [Preset("talos"), Smart],
        ["openshift"] = [Preset("openshift"), Smart],
        ["external-etcd"] = [Preset("external-etcd"), Smart, Members],
        ["prometheus"] = [Preset("kubeadm"), Smart],
        ["podmonitor"] = [Preset("kubeadm"), Smart, "--set=monitor.kind=pod"],
        ["tls"] = [Preset("kubeadm"), Smart, "--set=monitor.kind=service,tls.enabled=true"],
        ["kube-prometheus"] = [Preset("kubeadm"), Preset("kube-prometheus"), Smart],
        ["kube-prometheus-stack"] = [Preset("kubeadm"), Preset("kube-prometheus-stack"), Smart],
        ["external-etcd-kube-prometheus-stack"] =
            [Preset("external-etcd"), Preset("kube-prometheus-stack"), Smart, Members],
    }.ToImmutableDictionary(StringComparer.Ordinal);

    // What overlays have as components that none of them uses.
    private static readonly ImmutableDictionary<string, (string[] Kustomization, string[] Options)> Components =
        new Dictionary<string, (string[], string[])>(StringComparer.Ordinal)
        {
            ["defragment"] = Without("defragment", "--set=defragment.enabled=true"),
            ["longhorn"] = Without("longhorn", "--set=longhorn=true"),
            ["backups"] = With(
                "without-smart", "[OVERLAYS/../components/backups]", Preset("kubeadm"),
                "--set=extraMounts[0].name=backups,extraMounts[0].path=/var/lib/etcd-backup",
                "--set=settings.backups\\.folders={/var/lib/etcd-backup}"),
            ["hide-ca-keys"] = Without("hide-ca-keys", "--set=hideCaKeys=true"),
            ["smart-agent-devices"] = With(
                "kubeadm", "[OVERLAYS/../components/smart-agent-devices]", Preset("kubeadm"), Smart,
                "--set=smartAgent.deviceResource=squat.ai/smart"),
            ["podmonitor with tls"] = With(
                "podmonitor", "[OVERLAYS/../components/tls]", Preset("kubeadm"), Smart, "--set=monitor.kind=pod",
                "--set=tls.enabled=true"),
        }.ToImmutableDictionary(StringComparer.Ordinal);

    public static TheoryData<string> Overlays => [.. OptionsOf.Keys.Order(StringComparer.Ordinal)];

    public static TheoryData<string> ComponentNames => [.. Components.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_overlay_but_the_static_pod_has_its_values() =>
        Assert.Equal(DeployOverlays.Names.Remove("static-pod"), OptionsOf.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_preset_is_compared() => Assert.Equal(
        Presets.Select(Preset).Order(StringComparer.Ordinal), OptionsOf.Values.SelectMany(one => one)
            .Where(option => option.StartsWith("--values=", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Overlays))]
    public void The_objects_are_those_of_the_overlay(string overlay) =>
        Assert.Empty(ObjectDifferences.Of(DeployOverlays.Objects(overlay), Objects(OptionsOf[overlay])));

    [Theory]
    [MemberData(nameof(ComponentNames))]
    public void The_objects_are_those_of_the_component(string name) => Assert.Empty(ObjectDifferences.Of(
        DeployOverlays.ObjectsOf(Components[name].Kustomization), Objects(Components[name].Options)));

    [Fact]
    public void A_difference_is_seen()
    {
        var overlay = DeployOverlays.Objects("without-smart");

        Assert.NotEmpty(ObjectDifferences.Of(overlay, Objects()));
        Assert.NotEmpty(ObjectDifferences.Of(overlay, Objects(Preset("kubeadm"), "--set=port=10381")));
        Assert.NotEmpty(ObjectDifferences.Of(overlay, overlay));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_object_is_what_its_schema_wants(string overlay) =>
        Assert.Empty(Objects(OptionsOf[overlay]).SelectMany(DeploySchemaTests.ConfigurationErrors));

    [Theory]
    [MemberData(nameof(ComponentNames))]
    public void Every_object_of_a_component_is_what_its_schema_wants(string name) =>
        Assert.Empty(Objects(Components[name].Options).SelectMany(DeploySchemaTests.ConfigurationErrors));

    [Fact]
    public void Settings_win_over_the_preset_and_are_valid()
    {
        var pod = Objects(
            Preset("talos"), "--set=settings.etcd\\.endpoints={https://[::1]:2379,https://127.0.0.1:2379}",
            "--set=settings.members\\.every=30s", "--set=settings.drives\\.enabled=true")
            .Single(one => one["kind"].Word() is "DaemonSet")["spec"]!["template"]!["spec"]!;
        var given = pod["containers"].Each().Single()["env"].Each().Where(one => one["value"] is not null).ToDictionary(
            one => one["name"].Word()!,
            one => one["value"].Word()!.Replace("$(NODE_IP)", "fd00::1", StringComparison.Ordinal),
            StringComparer.Ordinal);
        var settings = new SettingsReader(Catalog.Settings, _ => throw new FileNotFoundException())
            .Read(new([], []), given);

        Assert.Empty(settings.Problems);
        Assert.Equal("https://[::1]:2379 https://127.0.0.1:2379", given["ETCDSENTINEL_ETCD_ENDPOINTS"]);
        Assert.Equal("/system/secrets/etcd/ca.crt", given["ETCDSENTINEL_ETCD_CA_FILE"]);
        Assert.Equal("30s", given["ETCDSENTINEL_MEMBERS_EVERY"]);
        Assert.Equal("true", given["ETCDSENTINEL_DRIVES_ENABLED"]);
    }

    [Fact]
    public void A_digest_wins_over_the_tag()
    {
        var digest = $"sha256:{new string('a', 64)}";
        var images = Objects($"--set=image.digest={digest},image.tag=other", Smart)
            .SelectMany(one => one["spec"]?["template"]?["spec"]?["containers"].Each() ?? [])
            .Select(container => container["image"].Word());

        Assert.Equal(
            Enumerable.Repeat($"ghcr.io/etcd-sentinel/etcd-sentinel-exporter@{digest}", 2), images);
    }

    [Fact]
    public void Helm_lint_has_nothing_to_say()
    {
        foreach (var preset in Presets.Where(name => name is not "external-etcd").Select(Preset).Append(Smart))
        {
            var (code, output, error) = Run("lint", "--strict", "--quiet", Folder, preset);
            Assert.True(code == 0, $"{preset}: {output}{error}");
        }
    }

    private static (string[], string[]) Without(string component, string option) => With(
        "without-smart", $"[OVERLAYS/../components/{component}]", Preset("kubeadm"), option);

    private static (string[], string[]) With(string overlay, string components, params string[] options) =>
        ([$"resources: [OVERLAYS/{overlay}]", $"components: {components}"], options);
}
