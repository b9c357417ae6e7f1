namespace EtcdSentinelExporter.Recovery;

/// <summary>Steps that prepare a disk and mount it in place of a folder, at boot too.</summary>
/// <param name="folder">etcd's data directory.</param>
/// <param name="unit">The unit that starts etcd, or kubelet's.</param>
internal sealed class DiskMountSteps(string folder, string unit)
{
    public const string OnNode = "on this node, as root";
    public const string Runbook = "etcd-sentinel-exporter runbook move-etcd-to-another-disk";

    /// <summary>Where the new disk is mounted until the data are copied.</summary>
    public const string Aside = "/mnt/etcd-new";

    public static RecoveryStep Prepare() => new("Prepare the new disk, and mount it beside the old one")
    {
        Before = [new("The new disk is empty: nothing is printed.", "wipefs /dev/NEW-DISK", "^$")],
        Commands =
        [
            new(OnNode, "found=$(wipefs /dev/NEW-DISK) && [ -z \"$found\" ] && mkfs.ext4 -q -L etcd /dev/NEW-DISK && "
                + $"mkdir -p {Aside} && mount /dev/NEW-DISK {Aside}"),
        ],
        After = [new("The new disk is mounted there.", $"findmnt {Aside}")],
        IfNot = "Take a disk that nothing else writes to.",
    };

    public RecoveryStep Mount() => new($"Mount the new disk at {folder}, now and at boot")
    {
        Commands =
        [
            new(OnNode, $"! mountpoint -q {folder} && uuid=$(blkid -s UUID -o value /dev/NEW-DISK) && "
                + $"[ -n \"$uuid\" ] && umount {Aside} && mv {folder} {folder}.old && mkdir -m 700 {folder} && "
                + $"echo \"UUID=$uuid {folder} ext4 defaults,noatime 0 2\" >> /etc/fstab && mount {folder}"),
        ],
        After =
        [
            new("The new disk is mounted there.", $"findmnt {folder}"),
            new("It has a line in /etc/fstab, by its UUID.", $"findmnt --fstab {folder}", "UUID="),
            new("The data are there.", $"ls {folder}/member", "wal"),
        ],
        IfNot = $"{folder} is a mount point itself: umount it instead of mv, and change its line in /etc/fstab. Do not "
            + $"start etcd before all three hold. Way back: {Runbook}.",
    };

    public RecoveryStep Require() => new(
        $"Let {unit} wait for the disk: on an empty folder etcd would start as another member")
    {
        Commands =
        [
            new(OnNode, $"mkdir -p /etc/systemd/system/{unit}.d && printf '[Unit]\\nRequiresMountsFor={folder}\\n' "
                + $"> /etc/systemd/system/{unit}.d/20-etcd-disk.conf && systemctl daemon-reload"),
        ],
        After = [new($"{unit} requires it.", $"systemctl show {unit} -p RequiresMountsFor", folder)],
        IfNot = "Do not reboot the node before this holds.",
    };
}
