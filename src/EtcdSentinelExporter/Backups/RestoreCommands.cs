using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Backups;

/// <summary>The commands that restore a snapshot on this node, by the distribution.</summary>
internal static class RestoreCommands
{
    private const string Name = "NAME";
    private const string PeerUrl = "https://ADDRESS:2380";

    /// <param name="etcd">How etcd was started here; <see langword="null"/> if unknown.</param>
    /// <param name="file">The snapshot, quoted for the shell.</param>
    /// <param name="isVerifiable">False for a copy of a database, which has no hash.</param>
    public static ImmutableArray<string> Of(EtcdInstallation? etcd, string file, bool isVerifiable) => etcd?.Kind switch
    {
        "k3s" => Rancher("k3s", "k3s", file),
        "rke2" => Rancher("rke2", "rke2-server", file),
        "k0s" =>
        [
            "# A backup of k0s, on a new or reset controller:",
            "k0s stop",
            $"k0s restore {file}",
            "k0s start",
        ],
        _ when etcd?.Source.EndsWith("/etcd-pod.yaml", StringComparison.Ordinal) is true =>
        [
            "# OpenShift, on one control-plane host, with the folder of cluster-backup.sh:",
            $"/usr/local/bin/cluster-restore.sh \"$(dirname {file})\"",
        ],
        _ => Plain(etcd, file, isVerifiable),
    };

    private static ImmutableArray<string> Rancher(string program, string unit, string file) =>
    [
        $"systemctl stop {unit}                          # on all servers",
        $"{program} server --cluster-reset --cluster-reset-restore-path={file}   # on one",
        $"systemctl start {unit}                         # on that one",
        $"# on the others: move /var/lib/rancher/{program}/server/db away, then start {unit}",
    ];

    private static ImmutableArray<string> Plain(EtcdInstallation? etcd, string file, bool isVerifiable)
    {
        var data = etcd?.DataDir ?? "/var/lib/etcd";
        var (name, url) = (etcd?.Name ?? Name, etcd?.PeerUrl ?? PeerUrl);
        var isPod = etcd?.Kind is "kubeadm" or "static-pod";
        var (stop, start) = isPod
            ? ($"mv {etcd!.Source} /root/etcd.yaml", $"mv /root/etcd.yaml {etcd.Source}")
            : ($"systemctl stop {etcd?.Unit ?? "etcd"}", $"systemctl start {etcd?.Unit ?? "etcd"}");
        return
        [
            "# On each member, with the same file, and its own --name and peer URL:",
            stop + (isPod ? "          # the kubelet stops etcd" : ""),
            $"mv {data} {data}.before-restore",
            $"etcdutl snapshot restore {file} --data-dir={data} --name={name} \\",
            $"  --initial-advertise-peer-urls={url} \\",
            $"  --initial-cluster={name}={url},OTHER=https://OTHER:2380 \\",
            "  --initial-cluster-token=restored-1"
                + (isVerifiable ? "" : " --skip-hash-check=true"),
            start,
            "# etcd 3.4: ETCDCTL_API=3 etcdctl snapshot restore. 3.5.10 and later: add --bump-revision=1000000000",
            "# --mark-compacted, so that controllers notice that time went back.",
        ];
    }
}
