namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Kernel counters of one disk, since the disk appeared.</summary>
/// <remarks>The values of <c>/proc/diskstats</c>, as node_exporter exposes them. Times there are 32-bit milliseconds
/// and wrap to 0 after 49.7 days of waiting.</remarks>
internal sealed record DiskCounts
{
    public required ulong Reads { get; init; }

    public required ulong SectorsRead { get; init; }

    /// <summary>Sum of the durations of all reads.</summary>
    public required ulong ReadMilliseconds { get; init; }

    public required ulong Writes { get; init; }

    public required ulong SectorsWritten { get; init; }

    /// <inheritdoc cref="ReadMilliseconds"/>
    public required ulong WriteMilliseconds { get; init; }

    /// <summary>Requests in flight when the counters were read: the only gauge.</summary>
    public required ulong Now { get; init; }

    /// <summary>Time with at least one request in flight.</summary>
    public required ulong BusyMilliseconds { get; init; }

    /// <summary>Sum of the durations of all requests.</summary>
    public required ulong WeightedMilliseconds { get; init; }

    /// <summary><see langword="null"/> before Linux 5.5.</summary>
    public ulong? Flushes { get; init; }

    /// <inheritdoc cref="Flushes"/>
    public ulong? FlushMilliseconds { get; init; }

    /// <summary>Completed requests of all kinds.</summary>
    public ulong Completed => Reads + Writes + (Flushes ?? 0);

    /// <summary>True if this is a later reading of the same disk. False after a counter wrapped, or if another disk got
    /// the name.</summary>
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
