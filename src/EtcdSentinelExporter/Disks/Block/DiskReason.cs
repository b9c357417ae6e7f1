namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Reasons why the disks below a path are not known.</summary>
internal static class DiskReason
{
    public const string Overlay = "overlay";
    public const string Memory = "tmpfs";
    public const string Network = "network";
    public const string Zfs = "zfs";
    public const string Virtual = "virtual";
    public const string Fuse = "fuse";
    public const string NotMounted = "not_mounted";
    public const string Missing = "missing";
    public const string Unreadable = "unreadable";
    public const string Loop = "loop";
    public const string Vanished = "vanished";
    public const string Circle = "circle";
    public const string Unknown = "unknown";

    /// <summary>All reasons.</summary>
    public static ImmutableArray<string> All { get; } =
        [Overlay, Memory, Network, Zfs, Virtual, Fuse, NotMounted, Missing, Unreadable, Loop, Vanished, Circle,
            Unknown];

    /// <summary>Reason for a file system without a block device.</summary>
    public static string OfFileSystem(string type) => type switch
    {
        "overlay" or "aufs" or "unionfs" => Overlay,
        "tmpfs" or "ramfs" or "devtmpfs" or "hugetlbfs" or "rootfs" => Memory,
        "nfs" or "nfs4" or "cifs" or "smb3" or "smbfs" or "ceph" or "afs" or "lustre" or "gfs2" or "ocfs2"
            or "glusterfs" or "beegfs" or "gpfs" or "fuse.glusterfs" or "fuse.ceph" or "fuse.ceph-fuse" or "fuse.sshfs"
            or "fuse.juicefs" => Network,
        "zfs" => Zfs,
        "virtiofs" or "9p" or "vboxsf" or "fuse.vmhgfs-fuse" or "proc" or "sysfs" or "cgroup" or "cgroup2" => Virtual,
        "fuse" or "fuseblk" => Fuse,
        _ => type.StartsWith("fuse.", StringComparison.Ordinal) ? Fuse : Unknown,
    };

    /// <summary>Reason for a block device with nothing below it that is not a disk.</summary>
    public static string OfDevice(string name) =>
        name.StartsWith("zd", StringComparison.Ordinal) ? Zfs
        : name.StartsWith("loop", StringComparison.Ordinal) ? Loop
        : name.StartsWith("nbd", StringComparison.Ordinal) || name.StartsWith("drbd", StringComparison.Ordinal)
            ? Network
        : Virtual;
}
