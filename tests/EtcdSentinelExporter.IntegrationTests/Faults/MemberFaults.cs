using System.Collections.Immutable;

namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary>Faults of etcd and of the network before it.</summary>
internal static class MemberFaults
{
    private const string Members = "members";

    public static ImmutableArray<Fault> All { get; } = [Killed, Stopped, PartitionedAway, QuorumLost, Full,
        Defragmenting];

    private static Fault Killed => new("A member is killed", "SIGKILL to etcd")
    {
        Signs =
        [
            Sign.Is(Members, "member_up", 0), Sign.Is(Members, "member_failure", 1, ("reason", "unreachable")),
            Sign.IsAbsent(Members, "db_size_bytes"), Sign.Stays(Members, "member_info"),
            Sign.Is(Members, "poll_success", 1, ("collector", Members)),
        ],
        Alerts = ["EtcdMemberUnreachable"],
        Remark = "The poll succeeds: a member that is down is a result, not a failure of the exporter.",
        InjectAsync = node =>
        {
            node.Member.Kill();
            return Task.CompletedTask;
        },
        HealAsync = node =>
        {
            node.Member.Start();
            return Task.CompletedTask;
        },
    };

    private static Fault Stopped => new("A member hangs", "SIGSTOP to etcd: connections stay open, no call returns")
    {
        Signs =
        [
            Sign.Is(Members, "member_up", 0), Sign.Is(Members, "member_failure", 1, ("reason", "timeout")),
            Sign.Is(Members, "probe_failure", 1, ("probe", "status"), ("reason", "busy")),
            Sign.IsAbsent(Members, "member_raft_index"), Sign.Stays(Members, "member_info"),
        ],
        Alerts = ["EtcdMemberUnreachable"],
        Remark = "A call that timed out stays outstanding, and the member gets no second one until it returns.",
        Hangs = true,
        IsSlow = true,
        InjectAsync = node => node.Member.PauseAsync(),
        HealAsync = node => node.Member.ResumeAsync(),
    };

    private static Fault PartitionedAway => new(
        "The network loses all packets to a member",
        "nftables drops all packets of its client port; without the right to, a proxy holds back all bytes")
    {
        Signs =
        [
            Sign.Is(Members, "member_up", 0), Sign.Is(Members, "member_failure", 1, ("reason", "timeout")),
            Sign.Is(Members, "probe_failure", 1, ("probe", "status"), ("reason", "busy")),
            Sign.IsAbsent(Members, "db_size_bytes"), Sign.Stays(Members, "member_info"),
            Sign.Is(Members, "poll_success", 1, ("collector", Members)),
        ],
        Alerts = ["EtcdMemberUnreachable"],
        Remark = "The member gets no second call while the first is outstanding.",
        Hangs = true,
        IsSlow = true,
        ArrangeAsync = async node =>
        {
            ILossyNetwork network = await PacketFilter.TryStartAsync(node.Member.Ports.Client) is { } filter
                ? filter
                : new SilentProxy(node.Member.Ports.Client);
            node.Owned.Add(network);
            node.Settings.Add(FormattableString.Invariant($"--etcd.endpoints=https://127.0.0.1:{network.Port}"));
        },
        InjectAsync = node => LoseAsync(node, true),
        HealAsync = node => LoseAsync(node, false),
    };

    private static Fault QuorumLost => new("Two of three members are killed", "SIGKILL to two of them")
    {
        Signs =
        [
            Sign.Is(Members, "member_up", 1), Sign.Is(Members, "member_has_leader", 0),
            Sign.Is(Members, "probe_success", 0, ("probe", "linearizable_read")),
            Sign.Is(Members, "probe_success", 1, ("probe", "serializable_read")),
            Sign.Stays(Members, "db_size_bytes"),
        ],
        Alerts = ["EtcdNoQuorum", "EtcdNoLeader"],
        Test = "MembersInTroubleTests.Without_a_quorum_the_local_answers_stay_and_the_linearizable_read_fails",
    };

    private static Fault Full => new("The database is full", "writes up to the quota")
    {
        Signs =
        [
            Sign.Is(Members, "alarm_active", 1, ("alarm", "NOSPACE")), Sign.Is(Members, "member_up", 1),
            Sign.Stays(Members, "db_quota_used_ratio"),
        ],
        Alerts = ["EtcdNoSpaceAlarm"],
        Remark = "The alarm is seen again after each restart of etcd.",
        Test = "MembersInTroubleTests."
            + "The_nospace_alarm_is_seen_also_while_etcd_restarts_every_few_seconds_and_goes_when_disarmed",
    };

    private static Fault Defragmenting => new("A member defragments", "etcdctl defrag")
    {
        Signs =
        [
            Sign.Is(Members, "member_up", 1), Sign.Is(Members, "defrag_in_progress", 1),
            Sign.Is(Members, "member_failure", 1, ("reason", "defragmenting")),
        ],
        Test = "MembersInTroubleTests.A_member_that_defragments_is_reported_as_that_and_not_as_down",
    };

    private static Task LoseAsync(FaultNode node, bool everything) =>
        node.Owned.OfType<ILossyNetwork>().Single().LoseAsync(everything);
}
