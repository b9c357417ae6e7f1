namespace EtcdSentinelExporter.Disks.Block;

/// <summary>What the kernel has counted for one disk since it appeared.</summary>
/// <remarks>As in <c>/proc/diskstats</c>, so as node_exporter shows it. The kernel's times are 32-bit milliseconds
/// there and begin again at 0 after 49.7 days of waiting.</remarks>
internal sealed record DiskCounts
{
    public required ulong Reads { get; init; }

    public required ulong SectorsRead { get; init; }

    /// <summary>The time that reads took, each for itself.</summary>
    public required ulong ReadMilliseconds { get; init; }

    public required ulong Writes { get; init; }

    public required ulong SectorsWritten { get; init; }

    /// <inheritdoc cref="ReadMilliseconds"/>
    public required ulong WriteMilliseconds { get; init; }

    /// <summary>Requests under way at that moment: the only one that goes down.</summary>
    public required ulong Now { get; init; }

    /// <summary>Time in which at least one request was under way.</summary>
    public required ulong BusyMilliseconds { get; init; }

    /// <summary>Time of all requests together.</summary>
    public required ulong WeightedMilliseconds { get; init; }

    /// <summary><see langword="null"/> before Linux 5.5.</summary>
    public ulong? Flushes { get; init; }

    /// <inheritdoc cref="Flushes"/>
    public ulong? FlushMilliseconds { get; init; }

    /// <summary>Requests of all kinds that have ended.</summary>
    public ulong Completed => Reads + Writes + (Flushes ?? 0);

    /// <summary>Whether this is the same disk some time later. Not so after a counter has begun again, and where
    /// another disk got the name.</summary>
    public bool IsAfter(DiskCounts before) =>
        Reads >= before.Reads
        && SectorsRead >= before.SectorsRead
        && ReadMilliseconds >= before.ReadMilliseconds
        && Writes >= before.Writes
        && SectorsWritten >= before.SectorsWritten
        && WriteMilliseconds >= before.WriteMilliseconds
        && BusyMilliseconds >= before.BusyMilliseconds
        && WeightedMilliseconds >= before.WeightedMilliseconds
        && !(Flushes < before.Flushes)
        && !(FlushMilliseconds < before.FlushMilliseconds);
}
