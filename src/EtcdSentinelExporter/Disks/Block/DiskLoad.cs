namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Load of a disk between two readings of its counters.</summary>
/// <remarks>The kernel counts milliseconds, so a mean over few requests may be off by 1 ms.</remarks>
internal sealed record DiskLoad
{
    /// <summary>Minimum share of the window that a disk must be busy to count as stalled.</summary>
    public const double StalledRatio = 0.9;

    private const double Milliseconds = 1000;

    /// <summary>Share of the window with at least one request in flight, 0 to 1. An approximation since Linux 5.0. A
    /// disk that serves requests in parallel is not saturated at 1.</summary>
    public double? UtilisationRatio { get; init; }

    /// <summary>Mean number of requests in flight.</summary>
    public double? QueueLength { get; init; }

    /// <summary>Mean time from request to completion, queueing included. <see langword="null"/> if nothing was
    /// read.</summary>
    public double? ReadAwaitSeconds { get; init; }

    /// <inheritdoc cref="ReadAwaitSeconds"/>
    public double? WriteAwaitSeconds { get; init; }

    /// <summary><see langword="null"/> if the kernel does not count flushes.</summary>
    public double? FlushesPerSecond { get; init; }

    /// <summary>Mean duration of a flush. <see langword="null"/> if nothing was flushed, or if the kernel does not
    /// count flushes.</summary>
    /// <remarks>A disk without a write cache is never flushed. A write is durable there when it completes, so this is
    /// <see cref="WriteAwaitSeconds"/>.</remarks>
    public double? FlushLatencySeconds { get; init; }

    /// <summary>True if requests were in flight all the time and none completed. Such a disk has no latency, because
    /// only completed requests are measured.</summary>
    public bool IsStalled { get; init; }

    /// <param name="before">The earlier reading.</param>
    /// <param name="after">The later reading.</param>
    /// <param name="window">The time between them.</param>
    /// <param name="hasWriteCache"><see langword="null"/> if unknown.</param>
    /// <returns><see langword="null"/> if the readings are of different disks, or have no time between them.</returns>
    public static DiskLoad? Between(DiskCounts before, DiskCounts after, TimeSpan window, bool? hasWriteCache)
    {
        if (window <= TimeSpan.Zero || !after.IsAfter(before))
            return null;
        var writeAwait = Mean(after.WriteMilliseconds - before.WriteMilliseconds, after.Writes - before.Writes);
        return new()
        {
            // The kernel's clock and ours are not read at the same moment.
            UtilisationRatio = Math.Min(
                1, (after.BusyMilliseconds - before.BusyMilliseconds) / window.TotalMilliseconds),
            QueueLength = (after.WeightedMilliseconds - before.WeightedMilliseconds) / window.TotalMilliseconds,
            ReadAwaitSeconds = Mean(after.ReadMilliseconds - before.ReadMilliseconds, after.Reads - before.Reads),
            WriteAwaitSeconds = writeAwait,
            FlushesPerSecond = (after.Flushes - before.Flushes) / window.TotalSeconds,
            FlushLatencySeconds = hasWriteCache is false
                ? writeAwait
                : Mean(after.FlushMilliseconds - before.FlushMilliseconds, after.Flushes - before.Flushes),
            // Some kernels keep counting completed requests as in flight, but add no busy time for them.
            IsStalled = before.Now > 0 && after.Now > 0 && after.Completed == before.Completed
                && after.BusyMilliseconds - before.BusyMilliseconds > StalledRatio * window.TotalMilliseconds,
        };
    }

    private static double? Mean(ulong? milliseconds, ulong? requests) =>
        requests > 0 ? milliseconds / Milliseconds / requests : null;
}
