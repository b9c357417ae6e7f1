namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>Decides from facts that were just read whether one member may be defragmented now.</summary>
/// <param name="ClusterId">The cluster that the run is about.</param>
/// <param name="Refusals">Applied anew each time.</param>
/// <param name="Forced">Codes of refusals that the user lifts.</param>
internal sealed record DefragmentGuard(ulong ClusterId, Refusals Refusals, ImmutableArray<string> Forced)
{
    /// <summary>Members that may stay silent, because the user has seen and accepted that.</summary>
    public ImmutableHashSet<ulong> Silent { get; init; } = [];

    /// <returns><see langword="null"/> if the facts are about the right cluster.</returns>
    public string? WhyOtherCluster(ClusterFacts cluster) => cluster.ClusterId == ClusterId
        ? null
        : $"the members answer as cluster {MemberFacts.Hex(cluster.ClusterId)} now, not {MemberFacts.Hex(ClusterId)}";

    /// <summary>What the user does not lift.</summary>
    /// <param name="members">IDs of the members that are to be defragmented.</param>
    public ImmutableArray<Refusal> Of(ClusterFacts cluster, IEnumerable<ulong> members)
    {
        // The user has accepted the silence of some members. One more is a surprise.
        var isAccepted = cluster.Members.All(member => member.Failure is null || Silent.Contains(member.Id));
        var forced = isAccepted ? Forced : [.. Forced.Where(code => code is not RefusalCode.MemberDown)];
        return Refusals.Without(Refusals.Of(cluster, members), forced);
    }

    /// <returns><see langword="null"/> if the member may be defragmented; else a phrase.</returns>
    public string? WhyNot(ClusterFacts cluster, ulong id)
    {
        if (WhyOtherCluster(cluster) is { } other)
            return other;
        if (cluster.Find(id) is not { } member)
            return "it is not a member any more";
        if (MemberGate.FailureIn(cluster, Silent) is { } failure)
            return failure;
        if (member.State is null)
            return $"{member.Title} does not answer: {member.Failure}";
        if (cluster.StartedVoters.Count() > 1 && cluster.Leader?.Id == id)
            return $"{member.Title} is the leader now";
        return Of(cluster, [id]) is [var first, ..] ? $"{first.Code}: {first.Reason}" : null;
    }
}
