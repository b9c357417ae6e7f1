using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Which paths are looked at.</summary>
internal static class RolePaths
{
    // Each is a series.
    private const int MaxNamedMounts = 64;

    // Where these keep their data unless they are told otherwise.
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

    /// <summary>Whether there is nothing to miss while the folder is empty.</summary>
    /// <remarks>Container runtimes make a folder that a pod mounts and the node does not have.</remarks>
    public static bool NeedsContent(string path) =>
        Usual.Any(role => role.Role is DiskRole.StorageSystem && role.Path == path);

    /// <summary>Words in a mount point that tell of a storage system.</summary>
    public static ImmutableArray<string> Words { get; } = ["longhorn", "openebs", "rook", "ceph", "linstor", "gluster"];

    /// <param name="etcd">How etcd was started; <see langword="null"/> where none was found.</param>
    /// <param name="given">What the settings say; stronger.</param>
    public static ImmutableArray<DiskRole> Of(EtcdInstallation? etcd, ConfiguredRoles given)
    {
        var data = given.DataDir ?? etcd?.DataDir;
        var wal = given.WalDir ?? (given.DataDir is null ? etcd?.WalDir : $"{given.DataDir.TrimEnd('/')}/member/wal");
        return
        [
            .. Absolute(DiskRole.EtcdData, data), .. Absolute(DiskRole.EtcdWal, wal), .. Usual,
            .. given.More.Select(more => new DiskRole(DiskRole.Other, more.Name, Plain(more.Path))),
        ];
    }

    /// <summary>Mount points that bear the name of a storage system, with the word that tells which.</summary>
    public static ImmutableArray<(string Point, string Word)> Named(NodeView view) =>
        view.Named(Words, MaxNamedMounts);

    /// <summary>The roles of <see cref="Named"/> mount points whose paths are not known yet.</summary>
    /// <remarks>Not what such a system has given to pods: those volumes are no disks of its own.</remarks>
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
