using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Members;

namespace EtcdSentinelExporter.Recovery;

/// <summary>The plan of <c>recover disk</c>: which disk carries which member, what speaks against it, and how the
/// member gets another one without a loss of the quorum.</summary>
internal static class DiskRecovery
{
    private const string Verb = "disk";

    public static RecoveryPlan Of(NodeState state)
    {
        var member = JointFindings.Local(state);
        var cluster = ClusterState.Of(state.Members?.Members ?? [])
            .FirstOrDefault(one => member is not null && one.Members.Any(other => other.Endpoint == member.Endpoint));
        var disks = state.Storage?.Roles.EtcdDisks ?? [];
        var plan = new RecoveryPlan(Verb, $"Give etcd on {state.Node} another disk")
        {
            ClusterId = member?.Identity is { ClusterId: > 0 and var id } ? MembersMetrics.Hex(id) : null,
            Causes = [.. Causes(state, disks, member)],
            Refusals = [.. Refusals(disks, member, cluster)],
            Notes = [.. Notes(cluster)],
        };
        return member is null || cluster is null
            ? plan
            : plan with { Steps = [.. new DiskSteps(state, member, cluster).All()] };
    }

    private static IEnumerable<string> Causes(
        NodeState state, ImmutableSortedSet<string> disks, MemberReading? member)
    {
        if (member is not null)
        {
            yield return $"Member {ClusterFindings.NameOf(member)} of this node"
                + (member.Status is { IsLeader: true } ? " leads the cluster." : ".");
        }
        foreach (var disk in disks)
        {
            var evidence = CauseChain.DiskEvidence(state, disk).ToArray();
            yield return $"{CauseChain.NameOf(state, disk)} carries etcd: " + (evidence.Length > 0
                ? string.Join(", ", evidence) + "."
                : "nothing speaks against it in what was read now.");
        }
        if (JointFindings.FsyncOf(state) is { } fsync)
            yield return $"99 % of the WAL's fsyncs take {LatencyFindings.Between(fsync)}; below 10 ms is healthy.";
    }

    private static IEnumerable<PlanRefusal> Refusals(
        ImmutableSortedSet<string> disks, MemberReading? member, ClusterState? cluster)
    {
        if (member is null || cluster is null)
        {
            yield return new("no-member", "No etcd of this node was found.",
                "Run it on the node with the disk; etcd may be down: its log says why.");
            yield break;
        }
        if (disks.IsEmpty)
        {
            yield return new("unknown-disk", "The disk under etcd's data directory is not known.",
                "findmnt -T and lsblk show it; run as root, outside of a container.");
        }
        if (cluster.ReadsConsistently is false)
        {
            yield return new("no-quorum", "The cluster has no quorum.",
                "Bring back the members that are down first. Remove none of them.");
        }
        else if (cluster is { Voters: > 1 and var voters, Quorum: { } quorum }
            && voters - cluster.Down.Length <= quorum)
        {
            yield return new("member-down",
                $"{cluster.Down.Length} of {voters} voters are down: without this one too, nothing can be written.",
                "Bring back the other member first.");
        }
        if (cluster.Members.SelectMany(one => one.Alarms)
            .Any(alarm => alarm is { IsActive: true, Name: MemberAlarms.Corrupt }))
        {
            yield return new("corrupt", "The alarm CORRUPT is active.",
                "etcd-sentinel-exporter runbook EtcdCorruptAlarm: find the member with the wrong data first.");
        }
    }

    private static IEnumerable<string> Notes(ClusterState? cluster)
    {
        if (cluster is { Voters: 1 })
        {
            yield return "This is the only member: while it is stopped, the cluster is down. Its data can only be "
                + "copied; it cannot be replaced by an empty one.";
        }
        yield return "Never start etcd on an empty folder with its old flags: it may come up as a new, empty cluster.";
        yield return "One member at a time. Two members have such disks: the worse one first.";
        yield return "In detail: etcd-sentinel-exporter runbook move-etcd-to-another-disk (copy), and "
            + "etcd-sentinel-exporter runbook replace-a-member (the old disk cannot be read any more).";
    }
}
