using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>Tables about clusters, members, databases and configuration.</summary>
internal static class EtcdTables
{
    public static ReportTable Clusters(ImmutableArray<ClusterState> clusters) => ReportTable.Of(
        "clusters", "Quorum", clusters,
        new("cluster_id", "Cluster", cluster => ReportCell.Of(IdOf(cluster)), isExtra: true),
        new("voters", "Voters", cluster => ReportCell.Of(cluster.Voters), isNumber: true),
        new("quorum", "Needed", cluster => ReportCell.Of(cluster.Quorum), isNumber: true),
        new("up", "Up", cluster => ReportCell.Of(cluster.Up.Length) with { Level = UpLevel(cluster) }, isNumber: true),
        new("down", "Down", cluster => ReportCell.Of(cluster.Down.Length) with
        {
            Level = cluster.Down.IsEmpty ? null : Severity.Warning,
        }, isNumber: true),
        new("not_polled", "Not polled", cluster => ReportCell.Of(cluster.NotPolled), isNumber: true),
        new("leader", "Leader", cluster => ReportCell.Of(
            cluster.Leader is { } leader ? ClusterFindings.NameOf(leader) : null)),
        new("consistent_reads", "Consistent reads", cluster => ReportCell.Of(cluster.ReadsConsistently) with
        {
            Level = cluster.ReadsConsistently is false ? Severity.Critical : null,
        }));

    public static ReportTable Members(IEnumerable<MemberReading> members) => ReportTable.Of(
        "members", "Members", members,
        new("endpoint", "Endpoint", member => ReportCell.Of(member.Endpoint)),
        new("member", "Member", member => ReportCell.Of(member.Identity?.Name)),
        new("member_id", "ID", member => ReportCell.Of(
            member.Identity is { } id ? MembersMetrics.Hex(id.MemberId) : null), isExtra: true),
        new("state", "State", State),
        new("version", "Version", member => ReportCell.Of(member.Identity?.Version)),
        new("role", "Role", member => ReportCell.Of(RoleOf(member))),
        new("raft_term", "Term", member => ReportCell.Of(member.Status?.RaftTerm), isNumber: true, isExtra: true),
        new("raft_index", "Index", member => ReportCell.Of(member.Status?.RaftIndex), isNumber: true),
        new("raft_applied_index", "Applied", member => ReportCell.Of(member.Status?.RaftAppliedIndex), isNumber: true,
            isExtra: true),
        new("fsync_p99_seconds", "Fsync p99", member => Latency(
            member.Activity?.Fsync, LatencyFindings.FsyncWarning, LatencyFindings.FsyncCritical), isNumber: true),
        new("commit_p99_seconds", "Commit p99", member => Latency(
            member.Activity?.Commit, LatencyFindings.CommitWarning, double.MaxValue), isNumber: true),
        new("alarms", "Alarms", Alarms));

    public static ReportTable Databases(IEnumerable<MemberReading> members) => ReportTable.Of(
        "databases", "Databases", members.Where(member => member.Status is not null),
        new("endpoint", "Endpoint", member => ReportCell.Of(member.Endpoint)),
        new("db_size_bytes", "DB size", member => ReportCell.Bytes(member.Status!.DbBytes), isNumber: true),
        new("db_size_in_use_bytes", "In use", member => ReportCell.Bytes(member.Status!.DbUsedBytes), isNumber: true),
        new("db_fragmentation_ratio", "Fragmented", member => ReportCell.Percent(member.Status!.FragmentationRatio),
            isNumber: true),
        new("db_quota_bytes", "Quota", member => ReportCell.Bytes(member.Quota?.Bytes), isNumber: true),
        new("db_quota_used_ratio", "Used", Used, isNumber: true),
        new("db_quota_left_seconds", "Full in", TimeLeft, isNumber: true),
        new("revisions_since_compaction", "Not compacted", member => ReportCell.Of(NotCompacted(member)),
            isNumber: true));

    public static ReportTable Configuration(ImmutableArray<EtcdInstallation> installations) => ReportTable.Of(
        "configuration", "Configuration of etcd on this node", installations.SelectMany(ConfigurationAudit.Of),
        new("source", "Source", row => ReportCell.Of(row.Source), isExtra: true),
        new("option", "Option", row => ReportCell.Of(row.Option)),
        new("value", "Value", row => ReportCell.Of(row.Value)),
        new("note", "Note", row => ReportCell.Of(row.Note) with { Level = row.Level }));

    private static string? IdOf(ClusterState cluster) => cluster.Members
        .Select(member => member.Identity?.ClusterId).FirstOrDefault(id => id is > 0) is { } known
            ? MembersMetrics.Hex(known)
            : null;

    private static Severity? UpLevel(ClusterState cluster) =>
        cluster.NotPolled is 0 && cluster.Up.Length < cluster.Quorum ? Severity.Critical : null;

    private static ReportCell State(MemberReading member) => member switch
    {
        { IsDefragmenting: true } => ReportCell.Of("defragmenting") with { Level = Severity.Warning },
        { Failure: { } failure } => ReportCell.Of(failure.Reason) with { Level = Severity.Warning },
        _ => ReportCell.Of("up"),
    };

    private static string? RoleOf(MemberReading member) => member.Status switch
    {
        null => null,
        { IsLeader: true } => "leader",
        { IsLearner: true } => "learner",
        { HasLeader: false } => "no leader",
        _ => "follower",
    };

    private static ReportCell Latency(LatencyQuantile? quantile, double warning, double critical) =>
        quantile is { Seconds: var seconds }
            ? ReportCell.Age(TimeSpan.FromSeconds(seconds)) with
            {
                Level = seconds > critical ? Severity.Critical : seconds > warning ? Severity.Warning : null,
            }
            : ReportCell.Unknown;

    private static ReportCell Alarms(MemberReading member)
    {
        var active = member.Alarms.Where(alarm => alarm.IsActive).Select(alarm => alarm.Name)
            .Distinct(StringComparer.Ordinal);
        return string.Join(", ", active) is { Length: > 0 } names
            ? ReportCell.Of(names) with { Level = Severity.Critical }
            : ReportCell.Of(member.Alarms.IsEmpty ? null : "none");
    }

    // The compactor's key is read over gRPC, etcd's own revision from its page: the later one is right.
    private static long? NotCompacted(MemberReading member)
    {
        long?[] known = [member.CompactRevision, member.CompactorRevision];
        return known.Max() is { } compacted ? member.Status!.Revision - compacted : null;
    }

    private static ReportCell Used(MemberReading member)
    {
        var used = member.Status!.DbBytes / (double?)member.Quota?.Bytes;
        return ReportCell.BarOf(used) with
        {
            Level = used > MembersFindings.QuotaCritical ? Severity.Critical
                : used > MembersFindings.QuotaWarning ? Severity.Warning : null,
        };
    }

    // At the pace of the last minutes: a file that does not grow has no time left to tell.
    private static ReportCell TimeLeft(MemberReading member) =>
        member is { Activity: { DbGrowth: > 0 and var growth, Window: var window }, Quota.Bytes: { } quota }
            && quota > member.Status!.DbBytes
            ? ReportCell.Age(TimeSpan.FromSeconds(Math.Min(
                (quota - member.Status.DbBytes) / growth * window.TotalSeconds,
                TimeSpan.FromDays(3650).TotalSeconds)))
            : ReportCell.Unknown;
}
