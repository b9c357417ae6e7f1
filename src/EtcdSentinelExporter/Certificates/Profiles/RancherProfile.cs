namespace EtcdSentinelExporter.Certificates.Profiles;

/// <summary>k3s and RKE2, which use the same file names in different folders.</summary>
/// <remarks>Their kubeconfigs are not listed: they only reference files that are listed here, and are beside
/// passwords.</remarks>
internal static class RancherProfile
{
    private const string EtcdConfig = "/server/db/etcd/config";

    private static readonly ImmutableArray<string> Clients =
    [
        "admin", "supervisor", "controller", "scheduler", "kube-apiserver", "kube-proxy", "k3s-controller",
        "rke2-controller", "k3s-cloud-controller", "rke2-cloud-controller",
    ];

    public static Profile K3s { get; } = K3sIn("/var/lib/rancher/k3s");

    public static Profile Rke2 { get; } = Rke2In("/var/lib/rancher/rke2");

    /// <summary>Returns the profile for another data folder; <see langword="null"/> if the path is not that of etcd's
    /// configuration in one.</summary>
    /// <param name="kind"><c>k3s</c> or <c>rke2</c>.</param>
    /// <param name="etcdConfig">Host path of the configuration file that k3s or RKE2 writes for etcd.</param>
    public static Profile? With(string kind, string etcdConfig) =>
        !etcdConfig.EndsWith(EtcdConfig, StringComparison.Ordinal) ? null
        : kind == K3s.Name ? K3sIn(etcdConfig[..^EtcdConfig.Length])
        : kind == Rke2.Name ? Rke2In(etcdConfig[..^EtcdConfig.Length])
        : null;

    // One process is the whole control plane.
    private static Profile K3sIn(string folder) => new("k3s", [$"{folder}/server/tls"], Files(folder))
    {
        ComponentMarks = ImmutableDictionary<string, string>.Empty.Add(Component.Etcd, folder + EtcdConfig),
        Processes = ImmutableDictionary<string, string>.Empty.Add(Component.Etcd, "k3s-server"),
        // Port 6443 belongs to k3s itself, whose certificate is in no PEM file; it forwards to the API server on 6444.
        Listeners =
        [
            new(Component.ApiServer, 6444, $"{folder}/server/tls/serving-kube-apiserver.crt"),
            new(Component.ControllerManager, 10257,
                $"{folder}/server/tls/kube-controller-manager/kube-controller-manager.crt"),
            new(Component.Scheduler, 10259, $"{folder}/server/tls/kube-scheduler/kube-scheduler.crt"),
            new(Component.Kubelet, 10250, $"{folder}/agent/serving-kubelet.crt"),
        ],
    };

    private static Profile Rke2In(string folder) => new("rke2", [$"{folder}/server/tls"], Files(folder))
    {
        Manifests = $"{folder}/agent/pod-manifests",
        OnlyReferences = true,
        Listeners = [new(Component.Kubelet, 10250, $"{folder}/agent/serving-kubelet.crt")],
    };

    private static ImmutableArray<ProfileFile> Files(string folder)
    {
        var tls = $"{folder}/server/tls";
        ImmutableArray<string> etcd = [Component.Etcd];
        return
        [
            Authority("client-ca", $"{tls}/client-ca.crt"),
            // For --root-ca-file, which is published to every service account.
            Authority("server-ca", $"{tls}/server-ca.crt") with { ReadAtStartBy = [Component.ControllerManager] },
            Authority("request-header-ca", $"{tls}/request-header-ca.crt"),
            .. Clients.Select(name => Leaf($"client-{name}", $"{tls}/client-{name}.crt", $"{tls}/client-ca.crt")),
            Leaf("client-auth-proxy", $"{tls}/client-auth-proxy.crt", $"{tls}/request-header-ca.crt"),
            Leaf("serving-kube-apiserver", $"{tls}/serving-kube-apiserver.crt", $"{tls}/server-ca.crt"),
            // Self-signed; created again only if the process starts without them. A file that is renewed by other means
            // is reloaded without a restart, so the served certificate is compared, and not the start time.
            Leaf("kube-scheduler", $"{tls}/kube-scheduler/kube-scheduler.crt", ca: null),
            Leaf("kube-controller-manager", $"{tls}/kube-controller-manager/kube-controller-manager.crt", ca: null),
            new("etcd-server-ca", $"{tls}/etcd/server-ca.crt", FileRole.Authority, etcd) { ReadAtStartBy = etcd },
            new("etcd-peer-ca", $"{tls}/etcd/peer-ca.crt", FileRole.Authority, etcd) { ReadAtStartBy = etcd },
            Leaf("etcd-server", $"{tls}/etcd/server-client.crt", $"{tls}/etcd/server-ca.crt") with { NeededBy = etcd },
            Leaf("etcd-peer", $"{tls}/etcd/peer-server-client.crt", $"{tls}/etcd/peer-ca.crt") with { NeededBy = etcd },
            Leaf("etcd-client", $"{tls}/etcd/client.crt", $"{tls}/etcd/server-ca.crt") with { NeededBy = etcd },
            Leaf("kubelet-client", $"{folder}/agent/client-kubelet.crt", $"{tls}/client-ca.crt"),
            Leaf("kubelet-server", $"{folder}/agent/serving-kubelet.crt", $"{tls}/server-ca.crt"),
            Leaf("agent-kube-proxy", $"{folder}/agent/client-kube-proxy.crt", $"{tls}/client-ca.crt"),
        ];
    }

    private static ProfileFile Authority(string name, string path) => new(name, path, FileRole.Authority, []);

    private static ProfileFile Leaf(string name, string path, string? ca) =>
        new(name, path, FileRole.Leaf, []) { CaFile = ca };
}
