using System.Collections.Immutable;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>The load of the disks that were asked for, by name. One that is new, gone or not counted is not in
/// it.</summary>
internal sealed record DiskLoads(ImmutableDictionary<string, DiskLoad> ByDisk)
{
    public static DiskLoads Unknown { get; } =
        new(ImmutableDictionary.Create<string, DiskLoad>(StringComparer.Ordinal));
}
