namespace EtcdSentinelExporter.Disks.Block;

/// <summary>What a disk did between two readings of its counters.</summary>
/// <remarks>The kernel counts in milliseconds, so a mean over few requests may be off by one of them.</remarks>
internal sealed record DiskLoad
{
    /// <summary>Share of the time that a disk must be busy to be stalled.</summary>
    public const double StalledRatio = 0.9;

    private const double Milliseconds = 1000;

    /// <summary>Share of the time in which at least one request was under way, 0 to 1. Since Linux 5.0 an
    /// approximation. A disk that works in parallel is not at its end at 1.</summary>
    public double? UtilisationRatio { get; init; }

    /// <summary>Requests under way, in the mean.</summary>
    public double? QueueLength { get; init; }

    /// <summary>From the request to its end, in the mean, in the queue and on the disk. <see langword="null"/> where
    /// nothing was read.</summary>
    public double? ReadAwaitSeconds { get; init; }

    /// <inheritdoc cref="ReadAwaitSeconds"/>
    public double? WriteAwaitSeconds { get; init; }

    /// <summary><see langword="null"/> where the kernel does not count flushes.</summary>
    public double? FlushesPerSecond { get; init; }

    /// <summary>How long a flush took, in the mean. <see langword="null"/> where nothing was flushed, or it is not
    /// known.</summary>
    /// <remarks>A disk without a write cache is never flushed: there a write is durable when it ends, and this is
    /// <see cref="WriteAwaitSeconds"/>.</remarks>
    public double? FlushLatencySeconds { get; init; }

    /// <summary>Whether requests were under way all the time and none was completed: such a disk has no latency,
    /// because only what ends is measured.</summary>
    public bool IsStalled { get; init; }

    /// <param name="before">The earlier reading.</param>
    /// <param name="after">The later one.</param>
    /// <param name="window">The time between them.</param>
    /// <param name="hasWriteCache"><see langword="null"/> where that is not known.</param>
    /// <returns><see langword="null"/> where the two are not of one disk, or no time lies between them.</returns>
    public static DiskLoad? Between(DiskCounts before, DiskCounts after, TimeSpan window, bool? hasWriteCache)
    {
        if (window <= TimeSpan.Zero || !after.IsAfter(before))
            return null;
        var writeAwait = Mean(after.WriteMilliseconds - before.WriteMilliseconds, after.Writes - before.Writes);
        return new()
        {
            // The kernel's clock and ours are not read at one moment.
            UtilisationRatio = Math.Min(
                1, (after.BusyMilliseconds - before.BusyMilliseconds) / window.TotalMilliseconds),
            QueueLength = (after.WeightedMilliseconds - before.WeightedMilliseconds) / window.TotalMilliseconds,
            ReadAwaitSeconds = Mean(after.ReadMilliseconds - before.ReadMilliseconds, after.Reads - before.Reads),
            WriteAwaitSeconds = writeAwait,
            FlushesPerSecond = (after.Flushes - before.Flushes) / window.TotalSeconds,
            FlushLatencySeconds = hasWriteCache is false
                ? writeAwait
                : Mean(after.FlushMilliseconds - before.FlushMilliseconds, after.Flushes - before.Flushes),
            // Some kernels count requests that are long gone, but no time for them.
            IsStalled = before.Now > 0 && after.Now > 0 && after.Completed == before.Completed
                && after.BusyMilliseconds - before.BusyMilliseconds > StalledRatio * window.TotalMilliseconds,
        };
    }

    private static double? Mean(ulong? milliseconds, ulong? requests) =>
        requests > 0 ? milliseconds / Milliseconds / requests : null;
}
