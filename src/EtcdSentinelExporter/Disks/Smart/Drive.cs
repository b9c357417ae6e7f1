using EtcdSentinelExporter.Disks.Block;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>A drive that smartctl can read, and how to address it.</summary>
/// <param name="Device">Label that identifies the drive: the kernel's name, or behind a controller its address with
/// underscores. It has no slash.</param>
/// <param name="Serial">Serial number from the kernel, used as a label; empty if unknown, as behind a
/// controller.</param>
/// <param name="Path">Device that smartctl opens: <c>/dev/sda</c>.</param>
/// <param name="Type">smartctl's <c>--device</c>; <see langword="null"/> to let smartctl detect it.</param>
/// <param name="Disk">The kernel's disk; <see langword="null"/> behind a controller.</param>
internal sealed record Drive(string Device, string Serial, string Path, string? Type, BlockDevice? Disk)
{
    public bool? IsRotational => Disk?.IsRotational;

    // Disks of hypervisors (virtio, Xen), cards, persistent memory, Ceph's RBD, mainframes.
    private static readonly string[] NamesWithoutSmart = ["vd", "xvd", "mmcblk", "pmem", "rbd", "dasd"];

    /// <summary>True for kinds of disks without SMART; a failed read of these is not a problem.</summary>
    public bool HasNoSmart =>
        Disk?.Name is { } name
            && Array.Exists(NamesWithoutSmart, start => name.StartsWith(start, StringComparison.Ordinal));

    /// <summary>Controller of the drive; only one of its drives is read at a time. Empty if unknown.</summary>
    public string Controller => Disk is null ? Path : Disk.Controller;

    /// <summary>True if, for the kernel, this is another disk than <paramref name="before"/> under the same
    /// name.</summary>
    public bool IsNewSince(Drive before) => Disk?.IsNewSince(before.Disk?.Sequence) is true;

    public static Drive Of(BlockDevice disk, string? type) =>
        new(disk.Name, disk.Serial, PathOf(disk), type, disk);

    /// <summary>Path of a disk of the kernel. Its name may be that of a file in a folder of <c>/dev</c>: cciss!c0d0.
    /// </summary>
    public static string PathOf(BlockDevice disk) => "/dev/" + disk.Name.Replace('!', '/');
}
