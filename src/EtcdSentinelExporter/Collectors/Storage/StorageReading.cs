using EtcdSentinelExporter.Node;

namespace EtcdSentinelExporter.Collectors.Storage;

/// <summary>Where the control plane keeps its data, as it was at <paramref name="At"/>.</summary>
/// <param name="Roles">Which disks carry what.</param>
internal sealed record StorageReading(DateTimeOffset At, DiskRoles Roles);
