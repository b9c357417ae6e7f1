using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>The watched paths.</summary>
internal static class RolePaths
{
    // Limits series: each mount becomes one.
    private const int MaxNamedMounts = 64;

    // Default data folders.
    private static readonly ImmutableArray<DiskRole> Usual =
    [
        new(DiskRole.Root, "", "/"),
        new(DiskRole.Kubelet, "", "/var/lib/kubelet"),
        new(DiskRole.Kubelet, "", "/var/lib/k0s/kubelet"),
        new(DiskRole.Containers, "", "/var/lib/containerd"),
        new(DiskRole.Containers, "", "/var/lib/containers"),
        new(DiskRole.Containers, "", "/var/lib/docker"),
        new(DiskRole.Containers, "", "/var/lib/rancher/k3s/agent/containerd"),
        new(DiskRole.Containers, "", "/var/lib/rancher/rke2/agent/containerd"),
        new(DiskRole.Containers, "", "/var/lib/k0s/containerd"),
        new(DiskRole.Logs, "", "/var/log"),
        new(DiskRole.StorageSystem, "longhorn", "/var/lib/longhorn"),
        new(DiskRole.StorageSystem, "openebs", "/var/openebs"),
        new(DiskRole.StorageSystem, "openebs", "/var/lib/openebs"),
        new(DiskRole.StorageSystem, "rook", "/var/lib/rook"),
        new(DiskRole.StorageSystem, "ceph", "/var/lib/ceph"),
        new(DiskRole.StorageSystem, "linstor", "/var/lib/linstor"),
        new(DiskRole.StorageSystem, "linstor", "/var/lib/linstor-pools"),
        new(DiskRole.StorageSystem, "glusterfs", "/var/lib/glusterd"),
        new(DiskRole.StorageSystem, "local-path", "/opt/local-path-provisioner"),
        new(DiskRole.StorageSystem, "local-path", "/var/lib/rancher/k3s/storage"),
    ];

    /// <summary>True if an empty folder counts as missing.</summary>
    /// <remarks>Container runtimes create the folder of a hostPath volume if the node does not have it.</remarks>
    public static bool NeedsContent(string path) =>
        Usual.Any(role => role.Role is DiskRole.StorageSystem && role.Path == path);

    /// <summary>Names in a mount point that indicate a storage system.</summary>
    public static ImmutableArray<string> Words { get; } = ["longhorn", "openebs", "rook", "ceph", "linstor", "gluster"];

    /// <param name="etcd">How etcd was started; <see langword="null"/> if none was found.</param>
    /// <param name="configured">Paths from the settings; these win.</param>
    public static ImmutableArray<DiskRole> Of(EtcdInstallation? etcd, ConfiguredRoles configured)
    {
        var data = configured.DataDir ?? etcd?.DataDir;
        var wal = configured.WalDir
            ?? (configured.DataDir is null ? etcd?.WalDir : $"{configured.DataDir.TrimEnd('/')}/member/wal");
        return
        [
            .. Absolute(DiskRole.EtcdData, data), .. Absolute(DiskRole.EtcdWal, wal), .. Usual,
            .. configured.More.Select(more => new DiskRole(DiskRole.Other, more.Name, Plain(more.Path))),
        ];
    }

    /// <summary>Returns mount points named after a storage system, with the matching word.</summary>
    public static ImmutableArray<(string Point, string Word)> Named(NodeView view) =>
        view.Named(Words, MaxNamedMounts);

    /// <summary>Returns roles for those <see cref="Named"/> mount points that have none yet.</summary>
    /// <remarks>Volumes that such a system provides to pods are left out: they are not its own disks.</remarks>
    public static IEnumerable<DiskRole> Mounted(
        IEnumerable<(string Point, string Word)> mounts, IEnumerable<DiskRole> known)
    {
        var paths = known.Select(role => role.Path).ToHashSet(StringComparer.Ordinal);
        return from named in mounts
               where !named.Point.Contains("/kubelet/", StringComparison.Ordinal)
                   && !named.Point.StartsWith("/run/", StringComparison.Ordinal)
                   && paths.Add(named.Point)
               select new DiskRole(
                   DiskRole.StorageSystem, named.Word == "gluster" ? "glusterfs" : named.Word, named.Point);
    }

    private static IEnumerable<DiskRole> Absolute(string role, string? path) =>
        path is ['/', ..] ? [new(role, "", Plain(path))] : [];

    private static string Plain(string path) => path.TrimEnd('/') is { Length: > 0 } plain ? plain : "/";
}
