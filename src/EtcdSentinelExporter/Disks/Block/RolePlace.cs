namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Where a watched path is: file system and disks.</summary>
/// <param name="Of">The path and its role.</param>
/// <param name="Real">The node's path with links resolved; <see langword="null"/> if it could not be resolved.</param>
internal sealed record RolePlace(DiskRole Of, string? Real)
{
    /// <summary>File system of the path; <see langword="null"/> if unknown.</summary>
    public Mount? Mount { get; init; }

    /// <summary>Disks below the path that could be found, one entry each.</summary>
    public ImmutableArray<RoleDisk> Disks { get; init; } = [];

    /// <summary>Why not all disks below are known, from <see cref="DiskReason"/>; empty if all are.</summary>
    public ImmutableArray<string> Reasons { get; init; } = [];

    public bool IsResolved => Reasons.IsEmpty;
}

/// <param name="Device">Kernel name and <c>device</c> label: <c>sda</c>.</param>
/// <param name="Serial">Serial number read when the disk appeared; may be empty.</param>
/// <param name="Via">Layers between file system and disk, top first, joined by dots; empty if the file system is
/// directly on the disk.</param>
internal sealed record RoleDisk(string Device, string Serial, string Via)
{
    /// <summary>Number of this appearance of the disk; see <see cref="BlockDevice.Sequence"/>.</summary>
    public string Sequence { get; init; } = "";
}
