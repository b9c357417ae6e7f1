using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Recovery;

/// <summary>How etcd is stopped and started on this node, where the commands are sure.</summary>
/// <param name="Unit">The unit that starts etcd, or kubelet's.</param>
/// <param name="Stop">Command that returns when etcd is stopped.</param>
internal sealed record DiskService(string Unit, string Stop, string Start)
{
    /// <returns><see langword="null"/> for other ways to start etcd.</returns>
    public static DiskService? Of(EtcdInstallation? etcd) => etcd switch
    {
        { Kind: "kubeadm" or "static-pod", Source: var manifest } when IsPlain(manifest) => new(
            "kubelet.service",
            $"[ ! -e /root/etcd.yaml ] && mv {manifest} /root/etcd.yaml && until ids=$(crictl ps -q --name '^etcd$' "
                + "--label io.kubernetes.pod.namespace=kube-system) && [ -z \"$ids\" ]; do sleep 1; done",
            $"mv /root/etcd.yaml {manifest}"),
        { Kind: "systemd", Unit: { } unit } when IsPlain(unit) =>
            new(unit, $"systemctl stop {unit}", $"systemctl start {unit}"),
        _ => null,
    };

    /// <summary>etcd's data directory.</summary>
    /// <returns><see langword="null"/> if it is not known, if the write-ahead log is elsewhere and would stay behind,
    /// or if it needs quotes: fstab has its own.</returns>
    public static string? FolderOf(EtcdInstallation? etcd) =>
        etcd?.DataDir?.TrimEnd('/') is { Length: > 1 } folder && IsPlain(folder)
        && (etcd.WalDir is not { } wal || wal.StartsWith($"{folder}/", StringComparison.Ordinal))
            ? folder
            : null;

    private static bool IsPlain(string word) => word.Length > 0 && NodeCommands.Quoted(word) == word;
}
