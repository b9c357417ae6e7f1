namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>One step of a defragmentation of several members.</summary>
/// <param name="MemberId">The member that is defragmented, or that becomes the leader.</param>
internal sealed record DefragmentStep(DefragmentStepKind Kind, ulong MemberId);

internal enum DefragmentStepKind { Defragment, MoveLeader }

/// <summary>In which order members are defragmented.</summary>
/// <remarks>Followers come first, the one with the most free pages before the others. Then leadership moves to a voter
/// that is done and caught up, and the former leader is the last. So the cluster never waits for a leader that
/// rewrites its file. Learners and members that have not started are left out.</remarks>
internal static class DefragmentOrder
{
    /// <summary>A voter that lags by more entries than this does not become the leader.</summary>
    public const ulong MaxLag = 1_000;

    /// <summary>All steps, as they would be if nothing else changed the leader.</summary>
    /// <param name="members">The members to defragment; others are left as they are.</param>
    public static ImmutableArray<DefragmentStep> Of(ClusterFacts cluster, IEnumerable<ulong> members)
    {
        var steps = ImmutableArray.CreateBuilder<DefragmentStep>();
        var remaining = members.ToImmutableHashSet();
        while (Next(cluster, remaining) is { } step)
        {
            steps.Add(step);
            if (step.Kind is DefragmentStepKind.Defragment)
                remaining = remaining.Remove(step.MemberId);
            else
                cluster = WithLeader(cluster, step.MemberId);
        }
        return steps.ToImmutable();
    }

    /// <summary>The next step, by what was just read.</summary>
    /// <param name="remaining">The members that are still to be defragmented.</param>
    /// <returns><see langword="null"/> if nothing remains, if nobody is known to lead, or if the leader remains and no
    /// other voter can take over: see <see cref="IsStuck"/>.</returns>
    public static DefragmentStep? Next(ClusterFacts cluster, ImmutableHashSet<ulong> remaining)
    {
        // Without a known leader, any member may be the one that leads.
        if (cluster.Leader is not { } leader)
            return null;
        var voters = cluster.StartedVoters.ToArray();
        var candidates = voters.Where(member => remaining.Contains(member.Id)).ToArray();
        var follower = candidates.Where(member => member.Id != leader.Id)
            .OrderByDescending(member => member.State?.ReclaimableBytes ?? 0).FirstOrDefault();
        if (follower is not null)
            return new(DefragmentStepKind.Defragment, follower.Id);
        if (candidates is [])
            return null;
        return voters.Length == 1
            ? new(DefragmentStepKind.Defragment, leader.Id)
            : Successor(voters, leader) is { } next ? new(DefragmentStepKind.MoveLeader, next.Id) : null;
    }

    /// <summary>True if members remain, and nobody is known to lead, or only the leader remains and no other voter is
    /// caught up.</summary>
    public static bool IsStuck(ClusterFacts cluster, ImmutableHashSet<ulong> remaining) =>
        Next(cluster, remaining) is null && cluster.StartedVoters.Any(member => remaining.Contains(member.Id));

    // All other voters are defragmented by now, or do not need it.
    private static MemberFacts? Successor(IEnumerable<MemberFacts> voters, MemberFacts leader) =>
        voters.Where(member => member.Id != leader.Id && member is { Failure: null, State: not null })
            .Where(member => member.State!.AppliedIndex + MaxLag >= (leader.State?.AppliedIndex ?? 0))
            .OrderByDescending(member => member.State!.AppliedIndex).FirstOrDefault();

    private static ClusterFacts WithLeader(ClusterFacts cluster, ulong leader) => cluster with
    {
        Members =
        [
            .. cluster.Members.Select(member =>
                member with { State = member.State is { } state ? state with { LeaderId = leader } : null }),
        ],
    };
}
