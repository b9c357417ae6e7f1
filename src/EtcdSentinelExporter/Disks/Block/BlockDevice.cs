namespace EtcdSentinelExporter.Disks.Block;

/// <summary>A whole disk as the kernel lists it: not a partition, and not a device built on top of disks.</summary>
/// <param name="Name">The kernel's name, and the <c>device</c> label of every series about it: <c>sda</c>.</param>
/// <param name="Serial">Serial number read when the disk appeared, so that it stays known while the disk hangs. At most
/// 100 characters; empty if the disk has none or it could not be read.</param>
/// <param name="WorldWideName">Such as <c>naa.5000c500a1b2c3d4</c>; empty if the disk has none.</param>
/// <param name="IsRotational">True for a spinning disk; <see langword="null"/> if the kernel does not report
/// it.</param>
/// <param name="Requests">Reads and writes completed since the disk appeared; <see langword="null"/> if they cannot be
/// read.</param>
/// <param name="Paths">Number of kernel names of this disk; more than one with multipath.</param>
internal sealed record BlockDevice(
    string Name, string Serial, string WorldWideName, bool? IsRotational, long? Requests, int Paths = 1)
{
    /// <summary>Further kernel names of this disk.</summary>
    public ImmutableArray<string> OtherNames { get; init; } = [];

    /// <summary>PCI address of the controller; empty if the disk is not on a PCI bus.</summary>
    public string Controller { get; init; } = "";

    /// <summary>True for a volume of a RAID controller, whose drives the kernel does not see.</summary>
    public bool IsVolume { get; init; }

    /// <summary>Share of its life that an eMMC has used, in steps of 0.1 and rounded down; <see langword="null"/> for
    /// other disks, and if it does not report it.</summary>
    public double? LifeUsed { get; init; }

    /// <summary>Number of this appearance of the disk (<c>diskseq</c>); empty before Linux 5.15.</summary>
    public string Sequence { get; init; } = "";

    /// <summary>True if another disk had this name when <paramref name="sequence"/> was read.</summary>
    /// <param name="sequence">Earlier <see cref="Sequence"/>; if empty or <see langword="null"/>, the result is
    /// false.</param>
    public bool IsNewSince(string? sequence) =>
        sequence is { Length: > 0 } && Sequence.Length > 0 && sequence != Sequence;

    /// <summary>Serial number, or the last known one of the same disk while none can be read: a disk that hangs may not
    /// answer.</summary>
    /// <param name="known">Serial number of the disk that had this name before.</param>
    /// <param name="sequence">Sequence of that disk.</param>
    public string SerialOr(string known, string? sequence) =>
        Serial.Length == 0 && !IsNewSince(sequence) ? known : Serial;
}

/// <summary>The disks of the node, one entry each, sorted by name.</summary>
internal sealed record DiskList(ImmutableArray<BlockDevice> Items);
