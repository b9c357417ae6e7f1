using System.Collections.Immutable;

namespace EtcdSentinelExporter.Certificates.Profiles;

/// <summary>k3s and RKE2, which keep the same files under a folder of their own.</summary>
/// <remarks>Their kubeconfigs only refer to files that are listed here.</remarks>
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
        Runs = ImmutableDictionary<string, string>.Empty.Add(Component.Etcd, $"{K3sFolder}/server/db/etcd/config"),
        Processes = ImmutableDictionary<string, string>.Empty.Add(Component.Etcd, "k3s-server"),
        // The port 6443 is k3s' own, with a certificate that is kept in no PEM file; the API server is behind it.
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
            // For --root-ca-file, which it hands to every service account.
            Authority("server-ca", $"{tls}/server-ca.crt") with { ReadAtStartBy = [Component.ControllerManager] },
            Authority("request-header-ca", $"{tls}/request-header-ca.crt"),
            .. Clients.Select(name => Leaf($"client-{name}", $"{tls}/client-{name}.crt", $"{tls}/client-ca.crt")),
            Leaf("client-auth-proxy", $"{tls}/client-auth-proxy.crt", $"{tls}/request-header-ca.crt"),
            Leaf("serving-kube-apiserver", $"{tls}/serving-kube-apiserver.crt", $"{tls}/server-ca.crt"),
            // Signed by themselves; made anew only when the process starts without them. One that somebody else renews
            // is taken up without a restart, so what is served is compared, and no start time.
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
