using System.Globalization;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Etcd.Members;

internal static class MembersMetrics
{
    private static readonly Subject<MembersReading, MemberReading> Members = new(
        reading => reading.Members, labels: ["etcd_endpoint"], member => [member.Endpoint]);

    // Series from a member's responses exist only while it responds; its identity stays.
    private static readonly Subject<MembersReading, (string Endpoint, MemberStatus Status)> Answering = new(
        reading => reading.Members.Where(m => m.Status is not null).Select(m => (m.Endpoint, m.Status!)),
        labels: ["etcd_endpoint"], member => [member.Endpoint]);

    private static readonly Subject<MembersReading, (MemberReading Of, MemberAlarm Part)> Alarms = Members.Each(
        member => member.Alarms, ["member_id", "alarm"], alarm => [Hex(alarm.MemberId), alarm.Name]);

    private static readonly Subject<MembersReading, (MemberReading Of, AnswerPart Part)> AnswerParts = Members.Each(
        member => member.AnswerParts, ["part"], part => [part.Name]);

    private static readonly Subject<MembersReading, (MemberReading Of, (string Role, int Count) Part)> Roles =
        Members.Each(member => ByRole(member), ["role"], part => [part.Role]);

    private static readonly Subject<MembersReading, (MemberReading Of, KeyValuePair<string, ProbeRecord> Part)> Probes =
        Members.Each(member => member.Probes, ["probe"], probe => [probe.Key]);

    private static readonly Subject<MembersReading, (MemberReading Of, (string Probe, MemberFailure Why) Part)>
        Unanswered = Members.Each(ByFailedProbe, ["probe", "reason"], part => [part.Probe, part.Why.Reason]);

    private static readonly Subject<MembersReading, (MemberReading Of, MemberFailure Part)> Failures =
        Members.Each<MemberFailure>(
            member => member.Failure is { } failure ? [failure] : [], ["reason"], failure => [failure.Reason]);

    private static readonly Subject<MembersReading, (MemberReading Of, string Part)> CredentialProblems = Members.Each(
        member => member.CredentialProblems.Select(problem => problem.Reason).Distinct(StringComparer.Ordinal),
        ["reason"], reason => [reason]);

    private static readonly Subject<MembersReading, (MemberReading Of, string Part)> Features = Members.Each(
        member => member.Features, ["feature"], feature => [feature]);

    private static readonly Subject<MembersReading, EtcdDiscovered> Config = new(
        reading => [reading.Config], labels: [], _ => []);

    private static readonly Subject<MembersReading, (EtcdDiscovered Config, string Source)> Expected = new(
        reading => EtcdEvidence.Sources.Select(source => (reading.Config, source)),
        labels: ["source"], expected => [expected.Source]);

    private static readonly Subject<MembersReading, EtcdInstallation> Installations = new(
        reading => reading.Config.Installations.Where(found => !found.IsRemembered), labels: [], _ => []);

    private static readonly Subject<MembersReading, EtcdConfigProblem> ConfigProblem = new(
        reading => reading.Config.Problems.DistinctBy(problem => (problem.Path, problem.Reason)),
        labels: ["path", "reason"], problem => [problem.Path, problem.Reason]);

    public static ImmutableArray<MetricFamily<MembersReading>> Families { get; } =
    [
        .. Identity(), .. Raft(), .. Database(), .. AlarmFamilies(), .. ProbeFamilies(), .. CompactionFamilies(),
        .. Configuration(), .. VersionMetrics.Families,
    ];

    /// <summary>Formats an ID like etcdctl and etcd's own metrics.</summary>
    internal static string Hex(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);

    private static ImmutableArray<MetricFamily<MembersReading>> Identity() =>
    [
        Members.Gauge("etcd_sentinel_member_up",
            "1 if the member responded in the last poll or is known to be defragmenting, otherwise 0. The poll calls "
            + "Status, or reads the metrics page if etcd requires a client certificate and the exporter has none.",
            member => member.IsUp),

        Failures.Gauge("etcd_sentinel_member_failure",
            "Why the member did not respond in the last poll; always 1. Absent while it responds.",
            _ => true),

        Members.Info("etcd_sentinel_member_info",
            "Identity of the member at the endpoint, and how it is polled (access: grpc or metrics); always 1. "
            + "Kept while the member is down; absent until its first response. Names and versions are truncated to 128 "
            + "characters.",
            ["member", "member_id", "cluster_id", "version", "storage_version", "access"],
            member => member.Identity is { } id
                ? [
                    id.Name, Hex(id.MemberId), id.ClusterId == 0 ? "" : Hex(id.ClusterId),
                    id.Version, id.StorageVersion, id.Access,
                ]
                : null),

        Members.Info("etcd_sentinel_downgrade_info",
            "Version to which the cluster is being downgraded; always 1. Absent if no downgrade is under way, while "
            + "the member does not respond to gRPC, and before etcd 3.6.",
            ["target_version"],
            member => member.Status?.DowngradesTo is { } version ? [version] : null),

        Features.Gauge("etcd_sentinel_feature_enabled",
            "One series for each feature of the member that is enabled; always 1. Absent without etcd's metrics page, "
            + "and before etcd 3.6.",
            _ => true),

        Members.Gauge("etcd_sentinel_client_credentials_load_success",
            "1 if the CA, certificate and key files for this endpoint are valid, otherwise 0. While the current files "
            + "are invalid, the last valid ones stay in use. Absent without TLS.",
            member => member.UsesTls ? member.CredentialProblems.IsEmpty : null),

        CredentialProblems.Gauge("etcd_sentinel_client_credentials_load_failure",
            "Why the CA, certificate or key files are invalid, one series per reason; always 1. Absent while they are "
            + "valid.",
            _ => true),
    ];

    private static ImmutableArray<MetricFamily<MembersReading>> Raft() =>
    [
        Answering.Gauge("etcd_sentinel_member_has_leader",
            "1 if the member has a leader, otherwise 0. Absent while the member does not respond.",
            member => member.Status.HasLeader),

        Answering.Gauge("etcd_sentinel_member_is_leader",
            "1 if the member considers itself the leader, otherwise 0. Absent while the member does not respond.",
            member => member.Status.IsLeader),

        Answering.Gauge("etcd_sentinel_member_is_learner",
            "1 if the member is a non-voting learner, otherwise 0. Absent while the member does not respond.",
            member => member.Status.IsLearner),

        Answering.Gauge("etcd_sentinel_member_raft_term",
            "Raft term of the member; grows with every election. Absent while the member does not respond to gRPC.",
            member => member.Status.RaftTerm),

        Answering.Gauge("etcd_sentinel_member_raft_index",
            "Index of the last raft entry that the member committed. Absent while the member does not respond.",
            member => member.Status.RaftIndex),

        Answering.Gauge("etcd_sentinel_member_raft_applied_index",
            "Index of the last raft entry that the member applied. Absent while the member does not respond.",
            member => member.Status.RaftAppliedIndex),

        Answering.Gauge("etcd_sentinel_member_revision",
            "Revision of the member's key space; grows with every write. Absent while the member does not respond.",
            member => member.Status.Revision),

        Roles.Gauge("etcd_sentinel_cluster_members",
            "Number of members by role, according to this member's list. A voter counts towards quorum, started or "
            + "not. An unstarted member was added but has never joined, and also counts under its other role. Absent "
            + "while the member does not respond, and on learners.",
            role => role.Part.Count),
    ];

    private static ImmutableArray<MetricFamily<MembersReading>> Database() =>
    [
        Answering.Gauge("etcd_sentinel_db_size_bytes",
            "Size of the member's backend file, free pages included. The quota limits this size.",
            member => member.Status.DbBytes),

        Answering.Gauge("etcd_sentinel_db_size_in_use_bytes",
            "Size of the live data in the backend file.",
            member => member.Status.DbUsedBytes),

        Answering.Gauge("etcd_sentinel_db_reclaimable_bytes",
            "Size of the free pages in the backend file, which only a defragmentation frees.",
            member => member.Status.DbReclaimableBytes),

        Answering.Gauge("etcd_sentinel_db_fragmentation_ratio",
            "Share of the backend file that is free pages: 0 to 1.",
            member => member.Status.FragmentationRatio),

        Members.Gauge("etcd_sentinel_db_quota_bytes",
            "Size of the backend file at which etcd rejects writes. Absent while unknown, and if the quota is "
            + "disabled.",
            member => member.Quota?.Bytes),

        Members.Gauge("etcd_sentinel_db_quota_used_ratio",
            "Size of the backend file divided by its quota; at 1 and above etcd rejects writes. "
            + "Absent while either is unknown, and if the quota is disabled.",
            member => member.Status is { } status && member.Quota?.Bytes is { } quota
                ? (double)status.DbBytes / quota
                : null),

        Members.Info("etcd_sentinel_db_quota_info",
            "Source of the quota (status, metrics, config, default), and if it is enabled; always 1. "
            + "Absent while unknown.",
            ["source", "enabled"],
            member => member.Quota is { } quota ? [quota.Source, quota.Bytes is null ? "false" : "true"] : null),

        Members.Gauge("etcd_sentinel_defrag_in_progress",
            "1 while the member defragments its backend and does not respond, otherwise 0. "
            + "Absent without etcd's metrics page, and before etcd 3.4.18 and 3.5.2.",
            member => member.IsDefragmenting),

        Members.Gauge("etcd_sentinel_defrag_last_duration_seconds",
            "Duration of the member's last defragmentation. Absent until exactly one happened between two polls, and "
            + "without etcd's metrics page.",
            member => member.Defragmentations?.LastSeconds),
    ];

    private static ImmutableArray<MetricFamily<MembersReading>> AlarmFamilies() =>
    [
        Alarms.Gauge("etcd_sentinel_alarm_active",
            "1 if the alarm of the member with this member_id is active, otherwise 0, according to the member at "
            + "etcd_endpoint. If only its metrics are readable (access of member_info), NOSPACE of any member counts "
            + "as its own, and CORRUPT is absent; before etcd 3.4.29, NOSPACE is absent too until the database is near "
            + "its quota. While a NOSPACE alarm is active, the whole cluster rejects writes.",
            alarm => alarm.Part.IsActive),

        AnswerParts.Gauge("etcd_sentinel_answer_truncated",
            "1 if this part of the response exceeded its limit and was truncated, otherwise 0. Limits: "
            + $"{AnswerLimits.MaxMembers} members, {AnswerLimits.MaxAlarms} alarms, {AnswerLimits.MaxErrors} other "
            + "errors. Dropped alarms have no alarm_active. Absent if the part is not requested: on members that do "
            + "not respond to gRPC, and part=members on learners.",
            part => part.Part.IsTruncated),
    ];

    private static ImmutableArray<MetricFamily<MembersReading>> ProbeFamilies() =>
    [
        Probes.Gauge("etcd_sentinel_probe_success",
            "1 if the last probe of this kind succeeded, otherwise 0. linearizable_read needs a quorum, the others do "
            + "not. Absent while the probe is not applicable.",
            probe => probe.Part.Value.Succeeded),

        Unanswered.Gauge("etcd_sentinel_probe_failure",
            "Why the last probe of this kind failed; always 1. Absent while it succeeds.",
            _ => true),

        Probes.Histogram("etcd_sentinel_probe_duration_seconds",
            "Durations of probes of this kind, successful or not, since the exporter started.",
            probe => probe.Part.Value.Durations),
    ];

    private static ImmutableArray<MetricFamily<MembersReading>> CompactionFamilies() =>
    [
        Members.Gauge("etcd_sentinel_compact_revision",
            "Revision up to which the member compacted its history. 0 before its first compaction. Absent without "
            + "etcd's metrics page.",
            member => member.CompactRevision),

        Members.Gauge("etcd_sentinel_compactor_revision",
            "Last revision stored by kube-apiserver's compactor. Absent while the member does not respond, and if no "
            + "API server compacts.",
            member => member.CompactorRevision),

        Members.Gauge("etcd_sentinel_etcd_config_compaction_retention_seconds",
            "Retention of the periodic compaction that etcd itself was configured for; 0 if it is off. Absent in the "
            + "mode revision, and while the options that the member was started with are unknown.",
            member => member.CompactionRetention?.TotalSeconds),

        Members.Gauge("etcd_sentinel_compactor_last_change_timestamp_seconds",
            "Unix time of the last change of kube-apiserver's compactor revision or of etcd's compact revision. "
            + "Not before the exporter's start. Absent while neither can be read.",
            member => member.Status is null ? null : member.Compaction?.LastChange),
    ];

    private static ImmutableArray<MetricFamily<MembersReading>> Configuration() =>
    [
        Expected.Gauge("etcd_sentinel_etcd_expected",
            "1 if this source says that etcd runs on this node, otherwise 0. An etcd that is expected and cannot be "
            + "polled fails the poll.",
            expected => expected.Config.ExpectedBy.Contains(expected.Source)),

        Config.Gauge("etcd_sentinel_etcd_config_load_success",
            "1 if the files that configure etcd on this node could be read, otherwise 0. Absent if there are none.",
            config => !config.Problems.IsEmpty ? false : !config.Installations.IsEmpty ? true : null),

        ConfigProblem.Gauge("etcd_sentinel_etcd_config_load_failure",
            "Why a file that configures etcd cannot be read; always 1. Absent while all can be read.",
            _ => true),

        Installations.Info("etcd_sentinel_etcd_config_info",
            "Options that etcd was started with on this node, one series per etcd; always 1. A label is absent if its "
            + "option is not set. Absent while its files cannot be read.",
            EtcdConfigLabels.Names,
            EtcdConfigLabels.Of),
    ];

    private static IEnumerable<(string Probe, MemberFailure Why)> ByFailedProbe(MemberReading member) =>
        member.Probes.Where(probe => probe.Value.Failure is not null)
            .Select(probe => (probe.Key, probe.Value.Failure!));

    private static IEnumerable<(string Role, int Count)> ByRole(MemberReading member) =>
        member is { Status.IsLearner: false, Peers: { } peers }
            ? [("voter", peers.Voters), ("learner", peers.Learners), ("unstarted", peers.Unstarted)]
            : [];
}
