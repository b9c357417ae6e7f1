namespace EtcdSentinelExporter.Recovery;

/// <summary>Waiting times of <c>recover nospace --execute</c>.</summary>
internal sealed record RecoveryTimeouts
{
    /// <summary>Time after the disarming in which the alarm must not return.</summary>
    public TimeSpan Watch { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time after the disarming in which a member that lags may still report the alarm.</summary>
    public TimeSpan Spread { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between two looks while something is awaited.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time in which the pages that a compaction freed must be counted as free.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time limit of the snapshot.</summary>
    public TimeSpan Snapshot { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Time in which a new leader must be seen.</summary>
    public TimeSpan NewLeader { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A journal without an entry for so long is of another night.</summary>
    public TimeSpan MaxJournalAge { get; init; } = TimeSpan.FromHours(1);
}
