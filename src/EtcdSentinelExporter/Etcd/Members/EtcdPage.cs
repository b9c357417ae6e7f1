using System.Globalization;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Values from etcd's own metrics page. Unknown values are <see langword="null"/>.</summary>
internal sealed record EtcdPage
{
    private const string Quota = "etcd_server_quota_backend_bytes";
    private const string Defragmenting = "etcd_disk_defrag_inflight";
    private const string Defragmented = "etcd_disk_backend_defrag_duration_seconds";
    private const string Compacted = "etcd_debugging_mvcc_compact_revision";
    private const string Revised = "etcd_debugging_mvcc_current_revision";
    private const string Size = EtcdCounters.DbSize;
    private const string Used = "etcd_mvcc_db_total_size_in_use_in_bytes";
    private const string Leader = "etcd_server_has_leader";
    private const string Leads = "etcd_server_is_leader";
    private const string Learner = "etcd_server_is_learner";
    private const string Committed = "etcd_server_proposals_committed_total";
    private const string Applied = "etcd_server_proposals_applied_total";
    private const string Id = "etcd_server_id";
    private const string Version = "etcd_server_version";
    private const string Feature = "etcd_server_feature_enabled";
    private const string Start = "process_start_time_seconds";

    /// <summary>The families that are parsed; all others are skipped.</summary>
    public static readonly IReadOnlySet<string> Families = new HashSet<string>(
        [
            Quota, Defragmenting, Defragmented, Compacted, Revised, Size, Used, Leader, Leads, Learner, Committed,
            Applied, Id, Version, Feature, Start, EtcdCounters.Fsync, EtcdCounters.Commit, EtcdCounters.Late,
            EtcdCounters.Changes,
        ],
        StringComparer.Ordinal);

    /// <summary>In bytes: 2 GiB by default; negative if the quota is disabled.</summary>
    public long? QuotaBytes { get; init; }

    public bool? IsDefragmenting { get; init; }

    /// <summary>Number of defragmentations since etcd started, and their total duration in seconds.</summary>
    public (long Count, double Seconds)? Defragmentations { get; init; }

    /// <summary>Start time of etcd in Unix seconds.</summary>
    public double? Started { get; init; }

    /// <summary>0 before the first compaction.</summary>
    public long? CompactRevision { get; init; }

    /// <summary>Names of the features that are enabled; empty before etcd 3.6.</summary>
    public ImmutableArray<string> Features { get; init; } = [];

    /// <summary>The part of a <c>Status</c> response that the page contains. <see langword="null"/> if the page has no
    /// database size.</summary>
    public MemberStatus? Status { get; init; }

    /// <summary>The identity in a <c>Status</c> response, without cluster and name.</summary>
    public MemberIdentity? Identity { get; init; }

    /// <summary>Durations of writes and other counters.</summary>
    public EtcdCounters? Counters { get; init; }

    public static EtcdPage From(MetricsPage page, DateTimeOffset at) => new()
    {
        Counters = EtcdCounters.Of(page, at, page.Value(Start)),
        QuotaBytes = Whole(page.Value(Quota)),
        IsDefragmenting = page.Value(Defragmenting) is { } inFlight ? inFlight > 0 : null,
        Defragmentations = Whole(page.Value($"{Defragmented}_count")) is { } count
            && page.Value($"{Defragmented}_sum") is { } seconds ? (count, seconds) : null,
        Started = page.Value(Start),
        // etcd prints -1 until its first compaction.
        CompactRevision = Whole(page.Value(Compacted)) is { } revision ? Math.Max(0, revision) : null,
        Features = [.. FeaturesOf(page)],
        Status = StatusOf(page),
        Identity = IdentityOf(page),
    };

    private static MemberStatus? StatusOf(MetricsPage page) =>
        Natural(page.Value(Size)) is { } size && page.Value(Leader) is { } leader
            ? new()
            {
                HasLeader = leader > 0,
                IsLeader = page.Value(Leads) > 0,
                IsLearner = page.Value(Learner) > 0,
                RaftTerm = null,
                // Gauges in spite of their names: etcd sets them to the raft indexes. 0 until the first entry.
                RaftIndex = (ulong?)Natural(page.Value(Committed)),
                RaftAppliedIndex = (ulong?)Natural(page.Value(Applied)),
                Revision = Natural(page.Value(Revised)),
                DbBytes = size,
                DbUsedBytes = Natural(page.Value(Used)),
            }
            : null;

    private static MemberIdentity? IdentityOf(MetricsPage page) =>
        ulong.TryParse(
            Label(page, Id, "server_id"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
        && Label(page, Version, "server_version") is { Length: <= 64 } version
            ? new("", id, ClusterId: 0, version, StorageVersion: "") { Access = MemberIdentity.ByMetrics }
            : null;

    private static IEnumerable<string> FeaturesOf(MetricsPage page) =>
        page.Of(Feature).Where(sample => sample.Value > 0)
            .Select(sample => sample.Labels.GetValueOrDefault("name"))
            .OfType<string>()
            .Select(name => DisplayText.Of(name, AnswerLimits.MaxNameLength))
            .Distinct(StringComparer.Ordinal)
            .Take(AnswerLimits.MaxFeatures);

    private static string? Label(MetricsPage page, string family, string label) =>
        page.Of(family).FirstOrDefault(sample => sample.Value > 0)?.Labels.GetValueOrDefault(label);

    private static long? Natural(double? value) => Whole(value) is { } whole and >= 0 ? whole : null;

    private static long? Whole(double? value) =>
        value is { } known && Math.Abs(known) < long.MaxValue ? (long)known : null;
}
