using System.Collections.Immutable;

namespace EtcdSentinelExporter.Etcd;

/// <summary>What happened inside a member between two looks at its metrics page. What was not observed, or is not on
/// the pages, is <see langword="null"/>.</summary>
internal sealed record MetricsWindow
{
    private const string Fsync = "etcd_disk_wal_fsync_duration_seconds";
    private const string Commit = "etcd_disk_backend_commit_duration_seconds";
    private const string RoundTrip = "etcd_network_peer_round_trip_time_seconds";
    private const string SlowApplied = "etcd_server_slow_apply_total";
    private const string HeartbeatFailed = "etcd_server_heartbeat_send_failures_total";
    private const string Started = "process_start_time_seconds";
    private const string Peer = "To";

    /// <summary>The families that both pages must have been read for.</summary>
    public static readonly IReadOnlySet<string> Families = new HashSet<string>(
        [Fsync, Commit, RoundTrip, SlowApplied, HeartbeatFailed, Started], StringComparer.Ordinal);

    /// <summary>From the first look to the second.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Whether etcd was started in between. What it counted before is lost; all below is since that
    /// start.</summary>
    public required bool HasRestarted { get; init; }

    /// <summary>Flushes of the write-ahead log: the disk, as etcd feels it.</summary>
    public WindowHistogram? Fsyncs { get; init; }

    /// <summary>Commits of the database.</summary>
    public WindowHistogram? Commits { get; init; }

    /// <summary>Heartbeats to each peer and back, by the peer's id in hexadecimal; only peers that answered.</summary>
    public required ImmutableSortedDictionary<string, WindowHistogram> RoundTrips { get; init; }

    public double? SlowApplies { get; init; }

    /// <summary>Heartbeats that a leader sent late, mostly because its disk is slow.</summary>
    public double? HeartbeatFailures { get; init; }

    /// <param name="begun">The moment of the first look.</param>
    /// <param name="length">The time between the two.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not longer than nothing.</exception>
    public static MetricsWindow Between(
        MetricsPage first, MetricsPage second, DateTimeOffset begun, TimeSpan length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        var hasRestarted = HasFallen(first, second, begun);
        return new()
        {
            Length = length,
            HasRestarted = hasRestarted,
            Fsyncs = Observed(first.Of($"{Fsync}_bucket"), second.Of($"{Fsync}_bucket"), hasRestarted),
            Commits = Observed(first.Of($"{Commit}_bucket"), second.Of($"{Commit}_bucket"), hasRestarted),
            RoundTrips = ByPeer(first, second, hasRestarted),
            SlowApplies = Grown(first.Value(SlowApplied), second.Value(SlowApplied), hasRestarted),
            HeartbeatFailures = Grown(first.Value(HeartbeatFailed), second.Value(HeartbeatFailed), hasRestarted),
        };
    }

    // One decision for the whole page: a counter that has overtaken its old value since the restart would look as if it
    // had grown. A start time alone proves nothing unless it lies behind the first look: it moves when the node's clock
    // is set.
    private static bool HasFallen(MetricsPage first, MetricsPage second, DateTimeOffset begun)
    {
        if (first.Value(Started) is { } before && second.Value(Started) is { } after
            && after > before && after >= begun.ToUnixTimeSeconds())
        {
            return true;
        }
        return Array.Exists(
            [$"{Fsync}_count", $"{Commit}_count", SlowApplied, HeartbeatFailed],
            counter => second.Value(counter) < first.Value(counter));
    }

    private static double? Grown(double? before, double? after, bool hasRestarted) =>
        hasRestarted ? after : after - before is >= 0 and var grown ? grown : null;

    private static ImmutableSortedDictionary<string, WindowHistogram> ByPeer(
        MetricsPage first, MetricsPage second, bool hasRestarted)
    {
        var before = Peers(first);
        return Peers(second)
            .Select(peer => (peer.Key, Value: Observed(before[peer.Key], peer, hasRestarted)))
            .Where(peer => peer.Value is not null)
            .ToImmutableSortedDictionary(peer => peer.Key, peer => peer.Value!, StringComparer.Ordinal);
    }

    private static ILookup<string, MetricsSample> Peers(MetricsPage page) =>
        page.Of($"{RoundTrip}_bucket")
            .ToLookup(bucket => bucket.Labels.GetValueOrDefault(Peer, ""), StringComparer.Ordinal);

    private static WindowHistogram? Observed(
        IEnumerable<MetricsSample> first, IEnumerable<MetricsSample> second, bool hasRestarted)
    {
        if (WindowHistogram.Read(second) is not { } after)
            return null;
        var before = hasRestarted ? null : WindowHistogram.Read(first);
        if (!hasRestarted && (before is null || !before.Keys.SequenceEqual(after.Keys)))
            return null;
        var buckets = after.Select(bucket => (bucket.Key, bucket.Value - (before?[bucket.Key] ?? 0)))
            .ToImmutableArray();
        return IsRising(buckets) && buckets[^1].Item2 > 0 ? new(buckets[..^1], buckets[^1].Item2) : null;
    }

    private static bool IsRising(ImmutableArray<(double, double)> buckets)
    {
        var last = 0.0;
        foreach (var (_, cumulative) in buckets)
        {
            if (cumulative < last)
                return false;
            last = cumulative;
        }
        return true;
    }
}
