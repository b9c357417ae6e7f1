using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Etcd.Members;

namespace EtcdSentinelExporter.Recovery;

/// <summary>The plan of <c>recover disk</c>: which disk carries which member, what speaks against it, and how the
/// member gets another one without a loss of the quorum.</summary>
internal static class DiskRecovery
{
    private const string Verb = "disk";

    /// <param name="facts">All members of the cluster; <see langword="null"/> if they could not be read.</param>
    /// <param name="options">Options that the commands need.</param>
    public static RecoveryPlan Of(NodeState state, ClusterFacts? facts, ProgramOptions options)
    {
        var member = JointFindings.Local(state);
        var cluster = ClusterState.Of(state.Members?.Members ?? [])
            .FirstOrDefault(one => member is not null && one.Members.Any(other => other.Endpoint == member.Endpoint));
        var disks = state.Storage?.Roles.EtcdDisks ?? [];
        var plan = new RecoveryPlan(Verb, $"Give etcd on {state.Node} another disk")
        {
            ClusterId = member?.Identity is { ClusterId: > 0 and var id } ? MembersMetrics.Hex(id) : null,
            Causes = [.. Causes(state, disks, member)],
            Refusals = [.. Refusals(disks, member is null || cluster is null, facts)],
            Notes = [.. Notes(cluster)],
        };
        return member is null || cluster is null
            ? plan
            : plan with { Steps = [.. new DiskSteps(state, member, cluster, options).All()] };
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
                : "no errors found in what was read now.");
        }
        if (JointFindings.FsyncOf(state) is { } fsync)
            yield return $"99 % of the WAL's fsyncs take {LatencyFindings.Between(fsync)}; below 10 ms is healthy.";
    }

    private static IEnumerable<PlanRefusal> Refusals(
        ImmutableSortedSet<string> disks, bool isWithoutMember, ClusterFacts? facts)
    {
        if (isWithoutMember)
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
        foreach (var refusal in StopRefusals.Of(facts))
            yield return refusal;
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
