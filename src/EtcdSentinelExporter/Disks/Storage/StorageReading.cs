using System.Collections.Immutable;
using EtcdSentinelExporter.Disks.Block;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Where the control plane keeps its data, as it was at <paramref name="At"/>.</summary>
/// <param name="Roles">Which disks carry what.</param>
internal sealed record StorageReading(DateTimeOffset At, DiskRoles Roles)
{
    /// <summary>What these disks do.</summary>
    public DiskIoReading Io { get; init; } = DiskIoReading.Empty;

    /// <summary>How much the node waits for disks.</summary>
    public PressureReading Pressure { get; init; } = PressureReading.Unknown;

    /// <summary>The folders that etcd writes to; none where it is not known which.</summary>
    public ImmutableArray<EtcdFolder> Folders { get; init; } = [];
}
