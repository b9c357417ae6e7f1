using System.Collections.Immutable;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Where a path that matters is.</summary>
/// <param name="Of">The path, and for what it matters.</param>
/// <param name="Real">The node's path with all links followed; <see langword="null"/> where it could not be looked
/// at.</param>
internal sealed record RolePlace(DiskRole Of, string? Real)
{
    /// <summary>The file system that it is on; <see langword="null"/> where it is not known.</summary>
    public Mount? Mount { get; init; }

    /// <summary>The disks below that could be found, each once.</summary>
    public ImmutableArray<RoleDisk> Disks { get; init; } = [];

    /// <summary>Why not all disks below are known, out of <see cref="DiskReason"/>; empty where they are.</summary>
    public ImmutableArray<string> Reasons { get; init; } = [];

    public bool IsResolved => Reasons.IsEmpty;
}

/// <param name="Device">The kernel's name, and the <c>device</c> label: <c>sda</c>.</param>
/// <param name="Serial">As it was learnt when the disk appeared; may be empty.</param>
/// <param name="Via">Layers between the file system and the disk, the upper ones first, joined by dots; empty where the
/// file system lies on the whole disk.</param>
internal sealed record RoleDisk(string Device, string Serial, string Via)
{
    /// <summary>As of <see cref="BlockDevice"/>.</summary>
    public string Sequence { get; init; } = "";
}
