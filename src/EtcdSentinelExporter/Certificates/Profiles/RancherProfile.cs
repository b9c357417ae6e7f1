namespace EtcdSentinelExporter.Certificates.Profiles;

/// <summary>k3s and RKE2, which use the same file names in different folders.</summary>
/// <remarks>Their kubeconfigs are not listed: they only reference files that are listed here.</remarks>
internal static class RancherProfile
{
    private const string K3sFolder = "/var/lib/rancher/k3s";
    private const string Rke2Folder = "/var/lib/rancher/rke2";

    private static readonly ImmutableArray<string> Clients =
    [
        "admin", "supervisor", "controller", "scheduler", "kube-apiserver", "kube-proxy", "k3s-controller",
        "rke2-controller", "k3s-cloud-controller", "rke2-cloud-controller",
    ];

    // One process is the whole control plane.
    public static Profile K3s { get; } = new("k3s", [$"{K3sFolder}/server/tls"], Files(K3sFolder))
    {
        ComponentMarks = ImmutableDictionary<string, string>.Empty
            .Add(Component.Etcd, $"{K3sFolder}/server/db/etcd/config"),
        Processes = ImmutableDictionary<string, string>.Empty.Add(Component.Etcd, "k3s-server"),
        // Port 6443 belongs to k3s itself, whose certificate is in no PEM file; it forwards to the API server on 6444.
        Listeners =
        [
            new(Component.ApiServer, 6444, $"{K3sFolder}/server/tls/serving-kube-apiserver.crt"),
            new(Component.ControllerManager, 10257,
                $"{K3sFolder}/server/tls/kube-controller-manager/kube-controller-manager.crt"),
            new(Component.Scheduler, 10259, $"{K3sFolder}/server/tls/kube-scheduler/kube-scheduler.crt"),
            new(Component.Kubelet, 10250, $"{K3sFolder}/agent/serving-kubelet.crt"),
        ],
    };

    public static Profile Rke2 { get; } = new("rke2", [$"{Rke2Folder}/server/tls"], Files(Rke2Folder))
    {
        Manifests = $"{Rke2Folder}/agent/pod-manifests",
        Listeners = [new(Component.Kubelet, 10250, $"{Rke2Folder}/agent/serving-kubelet.crt")],
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
