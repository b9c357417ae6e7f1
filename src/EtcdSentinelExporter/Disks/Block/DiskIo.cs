using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Counters of one disk, and the load derived from them.</summary>
/// <param name="HasWriteCache">True if the kernel has to flush a write cache; <see langword="null"/> if sysfs does not
/// report it.</param>
/// <param name="Load">Load since the previous reading; <see langword="null"/> without one to compare with.</param>
internal sealed record DiskIo(DiskCounts Counts, bool? HasWriteCache, DiskLoad? Load);

/// <summary>Counters of the requested disks at one moment.</summary>
/// <param name="At">Timestamp of the clock.</param>
/// <param name="ByDisk">Existing disks, by name.</param>
/// <param name="Problem">Why the counters cannot be read; <see langword="null"/> if they could.</param>
internal sealed record DiskIoReading(long At, ImmutableDictionary<string, DiskIo> ByDisk, string? Problem)
{
    /// <summary>A reading without disks.</summary>
    public static DiskIoReading Empty { get; } =
        new(At: 0, ImmutableDictionary.Create<string, DiskIo>(StringComparer.Ordinal), Problem: null);

    public DiskLoads Loads => new(ByDisk
        .Where(disk => disk.Value.Load is not null)
        .ToImmutableDictionary(disk => disk.Key, disk => disk.Value.Load!, StringComparer.Ordinal));
}

/// <summary>Reads disk counters and computes the load since the previous reading.</summary>
/// <param name="proc">The files under the node's <c>/proc</c>.</param>
/// <param name="sys">The files under the node's <c>/sys</c>.</param>
/// <param name="clock">Measures the window between two readings.</param>
internal sealed class DiskIoReader(HostFiles proc, HostFiles sys, TimeProvider clock)
{
    /// <param name="disks">Names as in <c>/sys/block</c>.</param>
    /// <param name="previous">Start of the window; <see langword="null"/> at the first read.</param>
    public DiskIoReading Read(ImmutableHashSet<string> disks, DiskIoReading? previous)
    {
        try
        {
            var counts = DiskStats.Read(proc, disks);
            var now = clock.GetTimestamp();
            return new(
                now,
                counts.ToImmutableDictionary(
                    disk => disk.Key, disk => Of(disk.Key, disk.Value, now, previous), StringComparer.Ordinal),
                Problem: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return new(
                clock.GetTimestamp(), ImmutableDictionary.Create<string, DiskIo>(StringComparer.Ordinal),
                $"Cannot read the disk counters: {e.Message}. Check path.procfs.");
        }
    }

    private DiskIo Of(string disk, DiskCounts counts, long now, DiskIoReading? previous)
    {
        var hasWriteCache = sys.Attribute($"/block/{disk}/queue/write_cache") switch
        {
            "write back" => true,
            "write through" => false,
            _ => (bool?)null,
        };
        // With iostats switched off the counters stand still and say nothing about the disk.
        var load = previous?.ByDisk.GetValueOrDefault(disk) is { } before
            && sys.Attribute($"/block/{disk}/queue/iostats") is not "0"
            ? DiskLoad.Between(before.Counts, counts, clock.GetElapsedTime(previous.At, now), hasWriteCache)
            : null;
        return new(counts, hasWriteCache, load);
    }
}
