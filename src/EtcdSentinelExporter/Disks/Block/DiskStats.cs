using System.Globalization;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Reads <c>/proc/diskstats</c>.</summary>
/// <remarks>Documentation/admin-guide/iostats.rst: three columns of names, then 11 numbers; 15 since Linux 4.18
/// (discards), 17 since 5.5 (flushes). Columns of later kernels are ignored.</remarks>
internal static class DiskStats
{
    /// <summary>Sector size that the kernel counts in, independent of the disk's own.</summary>
    public const int SectorBytes = 512;

    // A line has about 120 bytes: enough for tens of thousands of devices.
    private const int MaxFileBytes = 4 << 20;
    private const int Columns = 14;
    private const int ColumnsWithFlushes = 20;

    /// <param name="proc">The files under the node's <c>/proc</c>.</param>
    /// <param name="disks">Names as in <c>/sys/block</c>.</param>
    /// <returns>Counters of those disks that exist.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to read the file.</exception>
    /// <exception cref="FormatException">The file is not text.</exception>
    public static ImmutableDictionary<string, DiskCounts> Read(HostFiles proc, ImmutableHashSet<string> disks) =>
        Parse(proc.ReadText("/diskstats", MaxFileBytes), disks);

    /// <returns>Counters by disk; invalid lines are skipped.</returns>
    public static ImmutableDictionary<string, DiskCounts> Parse(string text, ImmutableHashSet<string> disks)
    {
        var found = ImmutableDictionary.CreateBuilder<string, DiskCounts>(StringComparer.Ordinal);
        // One more for the rest of the line: columns of later kernels.
        Span<Range> columns = stackalloc Range[ColumnsWithFlushes + 1];
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var count = line.Split(columns, ' ', StringSplitOptions.RemoveEmptyEntries);
            if (count < Columns)
                continue;
            // sysfs replaces the slash of names such as cciss/c0d0, because a file name cannot contain one.
            var name = line[columns[2]].ToString().Replace('/', '!');
            if (disks.Contains(name) && Counts(line, columns[..count]) is { } counts)
                found[name] = counts;
        }
        return found.ToImmutable();
    }

    private static DiskCounts? Counts(ReadOnlySpan<char> line, ReadOnlySpan<Range> columns)
    {
        Span<ulong> numbers = stackalloc ulong[ColumnsWithFlushes];
        var last = Math.Min(columns.Length, ColumnsWithFlushes);
        for (var at = 3; at < last; at++)
        {
            if (!ulong.TryParse(line[columns[at]], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[at]))
                return null;
        }
        var hasFlushes = last == ColumnsWithFlushes;
        return new()
        {
            Reads = numbers[3],
            SectorsRead = numbers[5],
            ReadMilliseconds = numbers[6],
            Writes = numbers[7],
            SectorsWritten = numbers[9],
            WriteMilliseconds = numbers[10],
            Now = numbers[11],
            BusyMilliseconds = numbers[12],
            WeightedMilliseconds = numbers[13],
            Flushes = hasFlushes ? numbers[18] : null,
            FlushMilliseconds = hasFlushes ? numbers[19] : null,
        };
    }
}
