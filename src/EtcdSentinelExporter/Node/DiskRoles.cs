using System.Collections.Immutable;

namespace EtcdSentinelExporter.Node;

/// <summary>Which disks carry something that the control plane stands on.</summary>
/// <param name="Disks">Kernel names of whole disks.</param>
internal sealed record DiskRoles(ImmutableHashSet<string> Disks)
{
    /// <summary>Where nobody has found out.</summary>
    public static DiskRoles Unknown { get; } = new(ImmutableHashSet.Create<string>(StringComparer.Ordinal));

    public bool Carries(string disk) => Disks.Contains(disk);
}
