using System.Collections.Immutable;
using System.Globalization;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Etcd.Members;

internal static class MembersMetrics
{
    private static readonly Subject<MembersReading, MemberReading> Members = new(
        reading => reading.Members, labels: ["etcd_endpoint"], member => [member.Endpoint]);

    // What a member says is there only while it answers; what it is stays.
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

    private static readonly Subject<MembersReading, EtcdConfig> Config = new(
        reading => [reading.Config], labels: [], _ => []);

    private static readonly Subject<MembersReading, EtcdConfigProblem> ConfigProblem = new(
        reading => reading.Config.Problem is { } problem ? [problem] : [],
        labels: ["path", "reason"], problem => [problem.Path, problem.Reason]);

    public static ImmutableArray<MetricFamily<MembersReading>> Families { get; } =
    [
        .. Identity(), .. Raft(), .. Database(), .. Trouble(), .. MemberRequests(), .. Compacting(), .. Told(),
    ];

    /// <summary>As etcdctl and etcd's own metrics print identities.</summary>
    internal static string Hex(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);

    private static ImmutableArray<MetricFamily<MembersReading>> Identity() =>
    [
        Members.Gauge("etcd_sentinel_member_up",
            "Whether the member answered in the last poll, or is known to be busy with its own defragmentation (1), or "
            + "not (0). It is asked for its Status; where it does not let us in, for its metrics page.",
            member => member.IsUp),

        Failures.Gauge("etcd_sentinel_member_failure",
            "1 under the reason why the member did not answer in the last poll. Absent while it answers.",
            _ => true),

        Members.Info("etcd_sentinel_member_info",
            "Who answers at the endpoint, and to what kind of question (access: grpc or metrics); always 1. "
            + "Kept while the member is down, absent until it has answered once. Names and versions are cut after 128 "
            + "characters.",
            ["member", "member_id", "cluster_id", "version", "storage_version", "access"],
            member => member.Identity is { } id
                ? [
                    id.Name, Hex(id.MemberId), id.ClusterId == 0 ? "" : Hex(id.ClusterId),
                    id.Version, id.StorageVersion, id.Access,
                ]
                : null),

        Members.Gauge("etcd_sentinel_client_credentials_load_success",
            "Whether the CA, certificate and key files for this endpoint give no cause for complaint (1), or do (0): "
            + "while the newest cannot be used, the last good ones still are. Absent without TLS.",
            member => member.UsesTls ? member.CredentialProblems.IsEmpty : null),

        CredentialProblems.Gauge("etcd_sentinel_client_credentials_load_failure",
            "1 under each reason to complain about the CA, certificate and key files. Absent while there is none.",
            _ => true),
    ];

    private static ImmutableArray<MetricFamily<MembersReading>> Raft() =>
    [
        Answering.Gauge("etcd_sentinel_member_has_leader",
            "Whether the member knows a leader (1) or not (0). Absent while the member does not answer.",
            member => member.Status.HasLeader),

        Answering.Gauge("etcd_sentinel_member_is_leader",
            "Whether the member takes itself for the leader (1) or not (0). Absent while the member does not answer.",
            member => member.Status.IsLeader),

        Answering.Gauge("etcd_sentinel_member_is_learner",
            "Whether the member is a learner, which does not vote (1), or not (0). Absent while the "
            + "member does not answer.",
            member => member.Status.IsLearner),

        Answering.Gauge("etcd_sentinel_member_raft_term",
            "Raft term of the member: grows with every election. Absent while the member does not answer to gRPC.",
            member => member.Status.RaftTerm),

        Answering.Gauge("etcd_sentinel_member_raft_index",
            "Index of the last raft entry that the member has committed. Absent while the member does not answer.",
            member => member.Status.RaftIndex),

        Answering.Gauge("etcd_sentinel_member_raft_applied_index",
            "Index of the last raft entry that the member has applied. Absent while the member does not answer.",
            member => member.Status.RaftAppliedIndex),

        Answering.Gauge("etcd_sentinel_member_revision",
            "Revision of the member's key space: grows with every write. Absent while the member does not answer.",
            member => member.Status.Revision),

        Roles.Gauge("etcd_sentinel_cluster_members",
            "Members by role as this member's list has them. A voter counts towards quorum, started or not; unstarted "
            + "ones were added and have never joined, and count under their other role too. Absent while the member "
            + "does not answer, and on learners.",
            role => role.Part.Count),
    ];

    private static ImmutableArray<MetricFamily<MembersReading>> Database() =>
    [
        Answering.Gauge("etcd_sentinel_db_size_bytes",
            "Size of the member's backend file, free pages included: what the quota is compared with.",
            member => member.Status.DbBytes),

        Answering.Gauge("etcd_sentinel_db_size_in_use_bytes",
            "Part of the backend file that holds live data.",
            member => member.Status.DbUsedBytes),

        Answering.Gauge("etcd_sentinel_db_reclaimable_bytes",
            "Part of the backend file that is free pages, which only a defragmentation returns.",
            member => member.Status.DbReclaimableBytes),

        Answering.Gauge("etcd_sentinel_db_fragmentation_ratio",
            "Share of the backend file that is free pages: 0 to 1.",
            member => member.Status.FragmentationRatio),

        Members.Gauge("etcd_sentinel_db_quota_bytes",
            "Size of the backend file at which etcd stops taking writes. Absent while it is not known, and where the "
            + "quota is disabled.",
            member => member.Quota?.Bytes),

        Members.Gauge("etcd_sentinel_db_quota_used_ratio",
            "Size of the backend file divided by its quota; 1 and more means that writes are refused. "
            + "Absent while either is not known, and where the quota is disabled.",
            member => member.Status is { } status && member.Quota?.Bytes is { } quota
                ? (double)status.DbBytes / quota
                : null),

        Members.Info("etcd_sentinel_db_quota_info",
            "Where the quota was learnt (status, metrics, config, default), and whether it is enabled; always 1. "
            + "Absent while it is not known.",
            ["source", "enabled"],
            member => member.Quota is { } quota ? [quota.Source, quota.Bytes is null ? "false" : "true"] : null),

        Members.Gauge("etcd_sentinel_defrag_in_progress",
            "Whether the member defragments its backend at this moment (1) or not (0): it answers nothing meanwhile. "
            + "Absent without etcd's metrics page, and before etcd 3.4.18 and 3.5.2.",
            member => member.IsDefragmenting),

        Members.Gauge("etcd_sentinel_defrag_last_duration_seconds",
            "How long the member's last defragmentation took. Absent until one was seen by itself, and "
            + "without etcd's metrics page.",
            member => member.Defragmentations?.LastSeconds),
    ];

    private static ImmutableArray<MetricFamily<MembersReading>> Trouble() =>
    [
        Alarms.Gauge("etcd_sentinel_alarm_active",
            "Whether the alarm of the member with this member_id is active (1) or not (0), as the member at "
            + "etcd_endpoint says. Where it only shows its metrics (member_info, access), NOSPACE of any member counts "
            + "as its own, and CORRUPT is absent. An active NOSPACE alarm stops all writes of the whole cluster.",
            alarm => alarm.Part.IsActive),

        AnswerParts.Gauge("etcd_sentinel_answer_truncated",
            $"1 if the member listed more than is kept of an answer, else 0: {AnswerLimits.MaxMembers} members, "
            + $"{AnswerLimits.MaxAlarms} alarms, {AnswerLimits.MaxErrors} other errors. No alarm_active of the rest is "
            + "shown. Absent where the part is not asked for: on members that do not answer to gRPC, and members on "
            + "learners.",
            part => part.Part.IsTruncated),
    ];

    private static ImmutableArray<MetricFamily<MembersReading>> MemberRequests() =>
    [
        Probes.Gauge("etcd_sentinel_probe_success",
            "Whether the last question of this kind was answered (1) or not (0). linearizable_read needs a quorum, the "
            + "others do not. Absent while the question makes no sense.",
            probe => probe.Part.Value.Succeeded),

        Unanswered.Gauge("etcd_sentinel_probe_failure",
            "1 under the reason why the last question of this kind was not answered. Absent while it is.",
            _ => true),

        Probes.Histogram("etcd_sentinel_probe_duration_seconds",
            "Time that questions of this kind took, answered or not, since the exporter started.",
            probe => probe.Part.Value.Durations),
    ];

    private static ImmutableArray<MetricFamily<MembersReading>> Compacting() =>
    [
        Members.Gauge("etcd_sentinel_compact_revision",
            "Revision up to which the member has dropped its history. 0 before its first compaction; absent without "
            + "etcd's metrics page.",
            member => member.CompactRevision),

        Members.Gauge("etcd_sentinel_compactor_revision",
            "Revision that kube-apiserver's compactor wrote down last. Absent while the member does not answer, and "
            + "where no API server compacts.",
            member => member.CompactorRevision),

        Members.Gauge("etcd_sentinel_compactor_last_change_timestamp_seconds",
            "When compaction moved last, by kube-apiserver's compactor or by etcd's own count, as Unix time. "
            + "Not before the exporter's start; absent while neither can be seen.",
            member => member.Status is null ? null : member.Compaction?.LastChange),
    ];

    private static ImmutableArray<MetricFamily<MembersReading>> Told() =>
    [
        Config.Gauge("etcd_sentinel_etcd_config_load_success",
            "Whether the files that say how etcd was started on this node could be read (1) or not (0). Absent where "
            + "none was found, and while polls fail.",
            config => config.Problem is not null ? false : config.Installation is not null ? true : null),

        ConfigProblem.Gauge("etcd_sentinel_etcd_config_load_failure",
            "1 under the reason why the files that say how etcd was started cannot be read. Absent while they can.",
            _ => true),

        Config.Info("etcd_sentinel_etcd_config_info",
            "What etcd was told on this node; always 1. A label is absent where etcd was told nothing. Absent while "
            + "the files cannot be read.",
            EtcdConfigLabels.Names,
            config => config is { Problem: null, Installation: { } told } ? EtcdConfigLabels.Of(told) : null),
    ];

    private static IEnumerable<(string Probe, MemberFailure Why)> ByFailedProbe(MemberReading member) =>
        member.Probes.Where(probe => probe.Value.Failure is not null)
            .Select(probe => (probe.Key, probe.Value.Failure!));

    private static IEnumerable<(string Role, int Count)> ByRole(MemberReading member) =>
        member is { Status.IsLearner: false, Peers: { } peers }
            ? [("voter", peers.Voters), ("learner", peers.Learners), ("unstarted", peers.Unstarted)]
            : [];
}
