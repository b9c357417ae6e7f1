using EtcdSentinelExporter.Disks.Block;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>The storage of the control plane at <paramref name="At"/>.</summary>
/// <param name="Roles">Disks and their roles.</param>
internal sealed record StorageReading(DateTimeOffset At, DiskRoles Roles)
{
    /// <summary>Counters and load of these disks.</summary>
    public DiskIoReading Io { get; init; } = DiskIoReading.Empty;

    /// <summary>I/O pressure of the node.</summary>
    public PressureReading Pressure { get; init; } = PressureReading.Unknown;

    /// <summary>Folders that etcd writes to; empty if unknown.</summary>
    public ImmutableArray<EtcdFolder> Folders { get; init; } = [];
}
