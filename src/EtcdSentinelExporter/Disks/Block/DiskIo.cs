using System.Collections.Immutable;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>The counters of one disk, and what follows from them.</summary>
/// <param name="HasWriteCache">Whether the kernel has to flush; <see langword="null"/> where it does not say.</param>
/// <param name="Load">Since the reading before; <see langword="null"/> where there is none to compare with.</param>
internal sealed record DiskIo(DiskCounts Counts, bool? HasWriteCache, DiskLoad? Load);

/// <summary>The disks that were asked for, at one moment.</summary>
/// <param name="At">A timestamp of the clock.</param>
/// <param name="ByDisk">Those that are there, by name.</param>
/// <param name="Problem">Why nothing is known of any; <see langword="null"/> when there is nothing wrong.</param>
internal sealed record DiskIoReading(long At, ImmutableDictionary<string, DiskIo> ByDisk, string? Problem)
{
    /// <summary>Where nobody has looked.</summary>
    public static DiskIoReading Empty { get; } =
        new(At: 0, ImmutableDictionary.Create<string, DiskIo>(StringComparer.Ordinal), Problem: null);

    public DiskLoads Loads => new(ByDisk
        .Where(disk => disk.Value.Load is not null)
        .ToImmutableDictionary(disk => disk.Key, disk => disk.Value.Load!, StringComparer.Ordinal));
}

/// <summary>Reads what disks do.</summary>
/// <param name="proc">The files under the node's <c>/proc</c>.</param>
/// <param name="sys">The files under the node's <c>/sys</c>.</param>
/// <param name="clock">Measures the window between two readings.</param>
internal sealed class DiskIoReader(HostFiles proc, HostFiles sys, TimeProvider clock)
{
    /// <param name="disks">Names as in <c>/sys/block</c>.</param>
    /// <param name="previous">The other end of the window.</param>
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
                $"The disks' counters are not known: {e.Message}. Look at path.procfs.");
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
        // Where counting is switched off, counters that stand still say nothing about the disk.
        var load = previous?.ByDisk.GetValueOrDefault(disk) is { } before
            && sys.Attribute($"/block/{disk}/queue/iostats") is not "0"
            ? DiskLoad.Between(before.Counts, counts, clock.GetElapsedTime(previous.At, now), hasWriteCache)
            : null;
        return new(counts, hasWriteCache, load);
    }
}
