using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Versions;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>All that the verbs decide by, read at one time. Nothing of it is reused for the next step.</summary>
internal sealed record ClusterFacts
{
    public required ulong ClusterId { get; init; }

    /// <summary>Members of the member list, in the order of their IDs.</summary>
    public required ImmutableArray<MemberFacts> Members { get; init; }

    /// <summary>Active alarms that any member reports.</summary>
    public ImmutableArray<ActiveAlarm> Alarms { get; init; } = [];

    /// <summary>Other programs that defragment this cluster, one phrase each.</summary>
    public ImmutableArray<string> OtherActors { get; init; } = [];

    /// <summary>What is known of versions of etcd.</summary>
    public AdvisoryTable Advisories { get; init; } = AdvisoryTable.Shipped;

    /// <summary>What kubelet's liveness probes allow on this node; empty without such probes.</summary>
    public ImmutableArray<ProbeAllowance> Probes { get; init; } = [];

    /// <summary>Manifests whose liveness probe cannot be read.</summary>
    public ImmutableArray<string> UnreadProbes { get; init; } = [];

    /// <summary>Members that count for the quorum and can answer, in the order of their IDs.</summary>
    public IEnumerable<MemberFacts> StartedVoters => Members.Where(member => member.IsStartedVoter);

    /// <summary>The member that says of itself that it leads; <see langword="null"/> if none does, or
    /// several.</summary>
    public MemberFacts? Leader =>
        Members.Where(member => member.IsLeader).ToArray() is [var leader] ? leader : null;

    /// <summary>True if a member of this node is the one that acts: the started voter with the smallest ID. So at most
    /// one of several nodes acts.</summary>
    public bool IsOurTurn => StartedVoters.FirstOrDefault() is { IsOwn: true };

    /// <summary><see langword="null"/> if it is not a member any more.</summary>
    public MemberFacts? Find(ulong id) => Members.FirstOrDefault(member => member.Id == id);

    public bool HasAlarm(string name) => Alarms.Any(alarm => alarm.Alarm == name);
}
