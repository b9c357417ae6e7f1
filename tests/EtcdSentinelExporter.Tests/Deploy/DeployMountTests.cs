using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host.Yaml;
using Xunit;

namespace EtcdSentinelExporter.Tests.Deploy;

/// <summary>What is mounted is read, and what is read is mounted, but for what is left out on purpose.</summary>
public sealed class DeployMountTests
{
    private const string Root = "/host";

    // What is not in a profile: where storage measures, /proc, and the folders in which smart-agent hands over
    // and looks.
    private static readonly ImmutableArray<string> ReadElsewhere =
        ["/var/lib/etcd", "/proc", "/run/etcd-sentinel", "/dev", "/etc/kubernetes/manifests/etcd-pod.yaml",
            EtcdDiscovery.DefaultManifest];

    private static readonly ImmutableDictionary<string, Profile> Kinds = new Dictionary<string, Profile>(
        StringComparer.Ordinal)
    {
        ["k3s"] = RancherProfile.K3s,
        ["rke2"] = RancherProfile.Rke2,
        ["k0s"] = OtherProfiles.K0s,
        ["talos"] = OtherProfiles.Talos,
        ["openshift"] = OtherProfiles.OpenShift,
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>Beginnings of paths that an overlay does not mount, and why.</summary>
    private static readonly ImmutableArray<(string Overlay, string Path, string Why)> LeftOut =
    [
        ("talos", "/system/secrets/kubernetes/kube-controller-manager", "holds the CA's key"),
        ("openshift", "/etc/kubernetes/static-pod-resources/kube-controller-manager-certs", "holds a signer's key"),
        ("least-privilege", "/var/lib/kubelet/pki", "root's alone"),
        ("least-privilege", "/var/lib/etcd", "root's alone"),
        ("least-privilege", "/etc/kubernetes/manifests", "root's alone"),
        ("least-privilege", "/etc/kubernetes/admin.conf", "root's alone"),
        ("least-privilege", "/etc/kubernetes/super-admin.conf", "root's alone"),
        ("least-privilege", "/etc/kubernetes/controller-manager.conf", "root's alone"),
        ("least-privilege", "/etc/kubernetes/scheduler.conf", "root's alone"),
        ("external-etcd", "/var/lib/etcd", "etcd is elsewhere"),
        ("external-etcd-kube-prometheus-stack", "/var/lib/etcd", "etcd is elsewhere"),
    ];

    [Theory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void What_is_mounted_is_read(string overlay)
    {
        var read = Read(overlay).Concat(ReadElsewhere).Append(DataDir(overlay)).ToArray();

        Assert.All(HostPaths(overlay), path => Assert.Contains(read, one => IsWithin(one, path)));
    }

    [Theory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void What_is_read_is_mounted(string overlay)
    {
        var mounted = HostPaths(overlay).ToArray();
        var wanted = Read(overlay).Append(DataDir(overlay)).Append("/proc")
            .Where(path => !LeftOut.Any(entry => entry.Overlay == overlay && IsWithin(path, entry.Path)));

        Assert.All(wanted, path => Assert.Contains(mounted, one => IsWithin(path, one)));
    }

    [Theory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void The_host_is_seen_where_the_settings_say(string overlay) =>
        Assert.All(Mounts(overlay).Where(pair => pair.Host is not "/run/etcd-sentinel" and not "/dev"),
            pair => Assert.Equal(Root + pair.Host, pair.Inside));

    [Theory]
    [MemberData(nameof(DeployOverlays.Rows), MemberType = typeof(DeployOverlays))]
    public void Nothing_that_is_left_out_is_mounted_after_all(string overlay)
    {
        var mounted = HostPaths(overlay).ToArray();

        Assert.All(LeftOut.Where(entry => entry.Overlay == overlay),
            entry => Assert.DoesNotContain(mounted, path => IsWithin(entry.Path, path)));
    }

    [Fact]
    public void The_component_for_longhorn_mounts_a_folder_in_the_one_that_storage_looks_for()
    {
        var path = Path.Combine(Repo.Root, "deploy", "components", "longhorn", "exporter.yaml");
        var pod = YamlJson.From(
            Assert.Single(YamlText.ParseAll(File.ReadAllText(path))))!["spec"]!["template"]!["spec"]!;

        var mount = Assert.Single(Assert.Single(pod["containers"].Each())["volumeMounts"].Each());
        var host = HostPath(pod, mount["name"].Word()!)!;
        Assert.True(RolePaths.NeedsContent(Path.GetDirectoryName(host)!));
        Assert.Equal(Root + host, mount["mountPath"].Word());
        Assert.True(mount["readOnly"]!.GetValue<bool>());
    }

    private static IEnumerable<string> Read(string overlay)
    {
        var profile = Kinds.GetValueOrDefault(overlay, KubeadmProfile.Kubeadm);
        return profile.Files.Select(file => WithoutPattern(file.Path)).Append(profile.Manifests ?? "/proc");
    }

    // A pattern stands for names in the folder before it.
    private static string WithoutPattern(string path) =>
        path.IndexOf('*', StringComparison.Ordinal) is var star and >= 0
        ? path[..path.LastIndexOf('/', star)]
        : path;

    private static string DataDir(string overlay) =>
        overlay is "k3s" or "rke2" ? $"/var/lib/rancher/{overlay}/server/db/etcd"
        : overlay is "k0s" ? "/var/lib/k0s/etcd"
        : "/var/lib/etcd";

    private static IEnumerable<string> HostPaths(string overlay) =>
        Mounts(overlay).Select(pair => pair.Host).Distinct(StringComparer.Ordinal);

    private static IEnumerable<(string Host, string Inside)> Mounts(string overlay) =>
        from pod in DeployOverlays.Pods(overlay)
        from container in pod.Spec["containers"].Each()
        from mount in container["volumeMounts"].Each()
        let host = HostPath(pod.Spec, mount["name"].Word()!)
        where host is not null
        select (host, mount["mountPath"].Word()!);

    private static string? HostPath(JsonNode pod, string volume) =>
        pod["volumes"].Each().Single(one => one["name"].Word() == volume)["hostPath"]?["path"].Word();

    private static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);
}
