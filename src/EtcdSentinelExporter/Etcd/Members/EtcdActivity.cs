using EtcdSentinelExporter.Etcd.Page;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Counters of etcd's metrics page at one moment. Unknown values are <see langword="null"/>.</summary>
/// <param name="At">Time of the poll.</param>
/// <param name="Started">Start time of etcd in Unix seconds.</param>
/// <param name="Fsyncs">Durations of the WAL's fsyncs.</param>
/// <param name="Commits">Durations of the backend's commits.</param>
/// <param name="LateHeartbeats">Heartbeats that the leader sent late.</param>
/// <param name="LeaderChanges">Changes of the leader that the member saw.</param>
/// <param name="DbBytes">Size of the backend file.</param>
internal sealed record EtcdCounters(
    DateTimeOffset At, double? Started, LatencyCounts? Fsyncs, LatencyCounts? Commits, double? LateHeartbeats,
    double? LeaderChanges, double? DbBytes)
{
    public const string Fsync = "etcd_disk_wal_fsync_duration_seconds";
    public const string Commit = "etcd_disk_backend_commit_duration_seconds";
    public const string Late = "etcd_server_heartbeat_send_failures_total";
    public const string DbSize = "etcd_mvcc_db_total_size_in_bytes";
    public const string Changes = "etcd_server_leader_changes_seen_total";

    public static EtcdCounters Of(MetricsPage page, DateTimeOffset at, double? started) => new(
        at, started, LatencyCounts.Of(page, Fsync), LatencyCounts.Of(page, Commit), page.Value(Late),
        page.Value(Changes), page.Value(DbSize));
}

/// <summary>What etcd did between two polls, at most <see cref="MaxWindow"/> apart.</summary>
/// <param name="Window">Time between the two polls.</param>
/// <param name="Fsyncs">Durations of the WAL's fsyncs; <see langword="null"/> if unknown.</param>
/// <param name="Commits">Durations of the backend's commits; <see langword="null"/> if unknown.</param>
/// <param name="LateHeartbeats">Heartbeats that the leader sent late; <see langword="null"/> if unknown.</param>
/// <param name="LeaderChanges">Changes of the leader; <see langword="null"/> if unknown.</param>
/// <param name="DbGrowth">Bytes by which the backend file grew; <see langword="null"/> if unknown.</param>
internal sealed record EtcdActivity(
    TimeSpan Window, LatencyCounts? Fsyncs, LatencyCounts? Commits, double? LateHeartbeats, double? LeaderChanges,
    double? DbGrowth)
{
    // A single slow write decides the 99th percentile of up to a hundred.
    private const double MinSlowWrites = 3;

    /// <summary>As in the alert rules.</summary>
    public static readonly TimeSpan MaxWindow = TimeSpan.FromMinutes(5);

    /// <summary>99th percentile of the WAL's fsyncs; <see langword="null"/> if unknown, without writes, and if it
    /// stands for less than three writes.</summary>
    public LatencyQuantile? Fsync => P99(Fsyncs);

    /// <summary>Like <see cref="Fsync"/>, of the backend's commits.</summary>
    public LatencyQuantile? Commit => P99(Commits);

    /// <summary>Adds the counters of a poll, and drops those that are too old or from before a restart.</summary>
    /// <param name="now"><see langword="null"/> if the page could not be read.</param>
    public static ImmutableArray<EtcdCounters> Append(
        ImmutableArray<EtcdCounters> before, EtcdCounters? now, DateTimeOffset at) =>
        [
            .. before.Where(one => at - one.At <= MaxWindow && one.At < at
                && (now is null || one.Started == now.Started)),
            .. now is null ? Array.Empty<EtcdCounters>() : [now],
        ];

    /// <returns><see langword="null"/> with less than two polls.</returns>
    public static EtcdActivity? Of(ImmutableArray<EtcdCounters> recent) => recent is [var first, .., var last]
        ? new(
            last.At - first.At,
            Between(first.Fsyncs, last.Fsyncs), Between(first.Commits, last.Commits),
            last.LateHeartbeats - first.LateHeartbeats,
            last.LeaderChanges - first.LeaderChanges,
            last.DbBytes - first.DbBytes)
        : null;

    private static LatencyCounts? Between(LatencyCounts? before, LatencyCounts? after) =>
        before is null ? null : after?.Since(before);

    private static LatencyQuantile? P99(LatencyCounts? counts) =>
        counts?.Quantile(0.99) is { } slow && (slow.AtLeast >= MinSlowWrites || counts.Total >= 100) ? slow
        // The few slow ones do not count; what nearly all writes take is known all the same.
        : counts?.Quantile(0.5);
}
