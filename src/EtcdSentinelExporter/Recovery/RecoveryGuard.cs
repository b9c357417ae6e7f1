using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Reads the cluster and throws if the next step must not run.</summary>
/// <param name="clusterId">The cluster that the run is about.</param>
/// <param name="forced">Codes of refusals that are lifted.</param>
internal sealed class RecoveryGuard(
    MaintenanceCluster cluster, Refusals refusals, ImmutableArray<string> forced, ulong clusterId)
{
    public const string RaiseQuota = "Raise --quota-backend-bytes in the flags of every member, one member after the "
        + "other, or delete objects; 8 GiB is the largest that etcd recommends.";

    /// <summary>Reads all members anew.</summary>
    /// <exception cref="RecoveryException">The cluster refuses any step.</exception>
    public Task<ClusterFacts> ReadAsync(CancellationToken stopping) => ReadForAsync(stopping);

    /// <summary>Reads all members anew, before some of them are defragmented.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<ClusterFacts> ReadForAsync(CancellationToken stopping, params ImmutableArray<ulong> members)
    {
        var facts = await cluster.ReadAsync(stopping);
        if (facts.ClusterId != clusterId)
        {
            throw new RecoveryException("other-cluster",
                $"The members answer as cluster {MemberFacts.Hex(facts.ClusterId)} now.");
        }
        if (Refusals.Without(refusals.Of(facts, members), forced) is [var first, ..])
            throw new RecoveryException(first.Code, first.ToString());
        return facts;
    }

    /// <exception cref="RecoveryException">Too much of a quota is in use: after the next writes the alarm would be
    /// back.</exception>
    public static void CheckInUse(ClusterFacts facts)
    {
        if (WhyTooMuchInUse(facts) is { } reason)
            throw new RecoveryException("quota", $"{reason} A defragmentation does not help. {RaiseQuota}");
    }

    /// <returns><see langword="null"/> if every member has few enough data in use.</returns>
    public static string? WhyTooMuchInUse(ClusterFacts facts) => Over(facts, state => state.InUseBytes, "in use");

    /// <exception cref="RecoveryException">A database is still too large to be disarmed.</exception>
    public static void CheckSizes(ClusterFacts facts)
    {
        if (Over(facts, state => state.DbBytes, "large") is { } reason)
            throw new RecoveryException("quota", $"{reason} Nothing is disarmed. Defragment it, or: {RaiseQuota}");
    }

    private static string? Over(ClusterFacts facts, Func<MemberState, long> size, string word) => (
        from member in facts.Members
        let quota = QuotaLimits.Of(facts, member)
        where member.State is not null && size(member.State) > QuotaLimits.MaxInUse * quota
        select $"{member.Title}: {ReportCell.Size(size(member.State!))} {word}, more than 80 % of its quota of "
            + $"{ReportCell.Size(quota ?? 0)}.").FirstOrDefault();
}
