using System.Text.Json.Nodes;
using EtcdSentinelExporter.Host.Yaml;
using Xunit;
using static EtcdSentinelExporter.Tests.Deploy.Helm.HelmChart;

namespace EtcdSentinelExporter.Tests.Deploy.Helm;

/// <summary>Rights that values of the chart give and take.</summary>
public sealed class HelmSecurityTests
{
    public static TheoryData<string> Distributions =>
        [.. Presets.Where(name => !name.StartsWith("kube-", StringComparison.Ordinal))];

    [Fact]
    public void By_default_nothing_is_privileged_or_root_and_nothing_writes()
    {
        var objects = Objects();
        var security = Assert.Single(Pod(objects, "control-plane-sentinel")["containers"].Each())["securityContext"]!;

        Assert.Equal(["DaemonSet", "Service"], objects.Select(one => one["kind"].Word()).Order(StringComparer.Ordinal));
        Assert.True(security["runAsNonRoot"]!.GetValue<bool>());
        Assert.Null(security["privileged"]);
        Assert.Null(security["capabilities"]!["add"]);
    }

    [Theory]
    [MemberData(nameof(Distributions))]
    public void No_preset_has_a_privileged_container_or_a_mount_that_can_be_written(string preset)
    {
        var containers = Objects(Preset(preset), "--set=externalEtcd.endpoints={https://etcd:2379}")
            .SelectMany(one => one["spec"]?["template"]?["spec"]?["containers"].Each() ?? []).ToArray();

        Assert.NotEmpty(containers);
        Assert.All(containers, container =>
        {
            Assert.Null(container["securityContext"]!["privileged"]);
            Assert.False(container["securityContext"]!["allowPrivilegeEscalation"]!.GetValue<bool>());
            Assert.True(container["securityContext"]!["readOnlyRootFilesystem"]!.GetValue<bool>());
            Assert.All(container["volumeMounts"].Each(), mount => Assert.True(mount["readOnly"]!.GetValue<bool>()));
        });
    }

    [Fact]
    public void With_a_device_plugin_smart_agent_is_not_privileged_and_has_the_named_devices_alone()
    {
        var pod = Pod(
            Objects(
                Preset("kubeadm"), "--set=smartAgent.enabled=true,smartAgent.deviceResource=squat.ai/smart",
                "--set=smartAgent.capabilities={SYS_ADMIN}"),
            "smart-agent");
        var container = Assert.Single(pod["containers"].Each());
        var security = container["securityContext"]!;

        Assert.Null(security["privileged"]);
        Assert.False(security["allowPrivilegeEscalation"]!.GetValue<bool>());
        Assert.True(security["readOnlyRootFilesystem"]!.GetValue<bool>());
        Assert.Equal(["ALL"], security["capabilities"]!["drop"].Each().Select(one => one.Word()));
        Assert.Equal(["SYS_ADMIN"], security["capabilities"]!["add"].Each().Select(one => one.Word()));
        Assert.Equal("RuntimeDefault", pod["securityContext"]!["seccompProfile"]!["type"].Word());
        Assert.Equal(1, container["resources"]!["limits"]!["squat.ai/smart"]!.GetValue<long>());
        Assert.Equal(["/run/etcd-sentinel"], container["volumeMounts"].Each().Select(one => one["mountPath"].Word()));
    }

    // A key that is not covered could be read, and a cover outside of the mounts would be a folder of the image.
    [Theory]
    [MemberData(nameof(Distributions))]
    public void Every_key_of_a_CA_is_below_a_mount_and_covered(string preset)
    {
        var node = YamlJson.From(YamlText.Parse(File.ReadAllText(Preset(preset)["--values=".Length..])))!["node"]!;
        var keys = node["caKeys"].Each().Select(key => key.Word()!).ToArray();
        Assert.All(keys, key => Assert.Contains(
            node["mounts"].Each(), mount => key.StartsWith(mount["path"].Word() + "/", StringComparison.Ordinal)));
        if (keys.Length == 0)
            return;

        var pod = Pod(
            Objects(Preset(preset), "--set=hideCaKeys=true", "--set=externalEtcd.endpoints={https://etcd:2379}"),
            "control-plane-sentinel");

        Assert.Equal(
            keys.Select(key => "/host" + key),
            Assert.Single(pod["containers"].Each())["volumeMounts"].Each()
                .Where(mount => mount["name"].Word() is "nothing").Select(mount => mount["mountPath"].Word()));
        Assert.Equal("/dev/null", pod["volumes"].Each()
            .Single(volume => volume["name"].Word() is "nothing")["hostPath"]!["path"].Word());
    }

    private static JsonNode Pod(IEnumerable<JsonObject> objects, string name) => objects.Single(one =>
        one["kind"].Word() is "DaemonSet" && one["metadata"]!["name"].Word() == name)["spec"]!["template"]!["spec"]!;
}
