using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Why no member may be stopped now.</summary>
internal static class StopRefusals
{
    private static readonly ImmutableArray<string> Codes =
        [RefusalCode.QuorumLost, RefusalCode.MemberDown, RefusalCode.Corrupt, RefusalCode.UnderWay];

    /// <param name="facts">All members, as they were just read; <see langword="null"/> if they could not be.</param>
    public static IEnumerable<PlanRefusal> Of(ClusterFacts? facts) => facts is null
        ? [new("unknown-members", "The members of the cluster could not be read, so it is not known whether the others "
            + "keep the quorum.", "Look at etcd's log on each node. If its certificates have expired, renew them "
            + "there, without a restart of etcd.")]
        : new Refusals(RefusalPurpose.RecoverNoSpace, trustsRoom: true).Of(facts, [])
            .Where(refusal => Codes.Contains(refusal.Code, StringComparer.Ordinal))
            .Select(refusal => new PlanRefusal(refusal.Code, $"{refusal.Reason}.", $"{refusal.Remedy}."));
}
