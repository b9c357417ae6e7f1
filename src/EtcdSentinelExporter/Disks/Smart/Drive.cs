using EtcdSentinelExporter.Disks.Block;

namespace EtcdSentinelExporter.Disks.Smart;

/// <summary>A drive to ask, and under which name.</summary>
/// <param name="Device">Label that identifies it: the kernel's name, or behind a controller its address with
/// underscores. Only letters, digits, <c>_</c> and <c>-</c>.</param>
/// <param name="Serial">Label beside it, from the kernel; empty where it knows none, as behind a controller.</param>
/// <param name="Path">What smartctl opens: <c>/dev/sda</c>.</param>
/// <param name="Type">smartctl's <c>--device</c>; <see langword="null"/> to let it find out.</param>
/// <param name="Disk">The kernel's disk; <see langword="null"/> behind a controller.</param>
internal sealed record Drive(string Device, string Serial, string Path, string? Type, BlockDevice? Disk)
{
    public bool? IsRotational => Disk?.IsRotational;

    // Disks of hypervisors (virtio, Xen), cards, persistent memory, Ceph's RBD, mainframes.
    private static readonly string[] NamesWithoutSmart = ["vd", "xvd", "mmcblk", "pmem", "rbd", "dasd"];

    /// <summary>Whether smartctl has nothing to say about its kind, and nobody misses it.</summary>
    public bool HasNoSmart =>
        Disk?.Name is { } name
            && Array.Exists(NamesWithoutSmart, start => name.StartsWith(start, StringComparison.Ordinal));

    /// <summary>Whether the kernel knows it for another one than that which had its name before.</summary>
    public bool IsNewSince(Drive before) => Disk?.IsNewSince(before.Disk?.Sequence) is true;

    public static Drive Of(BlockDevice disk, string? type) =>
        new(disk.Name, disk.Serial, "/dev/" + disk.Name, type, disk);
}
