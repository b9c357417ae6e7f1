namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Load of the requested disks, by name. Disks that are new, gone or not counted are absent.</summary>
internal sealed record DiskLoads(ImmutableDictionary<string, DiskLoad> ByDisk)
{
    public static DiskLoads Unknown { get; } =
        new(ImmutableDictionary.Create<string, DiskLoad>(StringComparer.Ordinal));
}
