using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Reads the cluster and throws if the next step must not run.</summary>
/// <param name="rules">The cluster that the run is about, and what is refused.</param>
internal sealed class RecoveryGuard(MaintenanceCluster cluster, DefragmentGuard rules)
{
    public const string RaiseQuota = "Raise --quota-backend-bytes in the flags of every member, one member after the "
        + "other, or delete objects; 8 GiB is the largest that etcd recommends.";

    public DefragmentGuard Rules => rules;

    /// <summary>Renewed before each step; <see langword="null"/> for none.</summary>
    public RecoveryLock? Lock { get; init; }

    /// <summary>Reads all members anew.</summary>
    /// <exception cref="RecoveryException">The cluster refuses any step.</exception>
    public Task<ClusterFacts> ReadAsync(CancellationToken stopping) => ReadForAsync(stopping);

    /// <summary>Reads all members anew, before some of them are defragmented.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<ClusterFacts> ReadForAsync(CancellationToken stopping, params ImmutableArray<ulong> members)
    {
        var facts = await cluster.ReadAsync(stopping);
        if (Lock is not null)
            await Lock.RenewAsync(stopping);
        Check(facts, members);
        return facts;
    }

    /// <param name="members">IDs of the members that are to be defragmented.</param>
    /// <exception cref="RecoveryException">The cluster or one of the members refuses it.</exception>
    public void Check(ClusterFacts facts, params ImmutableArray<ulong> members)
    {
        if (rules.WhyOtherCluster(facts) is { } other)
            throw new RecoveryException("other-cluster", $"Something is wrong: {other}.");
        if (rules.Of(facts, members) is [var first, ..])
            throw new RecoveryException(first.Code, first.ToString());
    }

    /// <param name="members">Those whose data in use are counted exactly.</param>
    /// <exception cref="RecoveryException">Too much of a quota is in use: after the next writes the alarm would be
    /// back.</exception>
    public static void CheckInUse(ClusterFacts facts, IEnumerable<MemberFacts> members)
    {
        if (Over(facts, members, InUse, "in use") is { } reason)
            throw new RecoveryException("quota", $"{reason} A defragmentation does not help. {RaiseQuota}");
    }

    /// <returns><see langword="null"/> if every member has few enough data in use.</returns>
    public static string? WhyTooMuchInUse(ClusterFacts facts) => Over(facts, facts.Members, InUse, "in use");

    /// <exception cref="RecoveryException">A database is still too large to be disarmed, or its size is not
    /// known.</exception>
    public static void CheckSizes(ClusterFacts facts)
    {
        if (facts.Members.FirstOrDefault(member => member is { State: null, IsStarted: true }) is { } silent)
        {
            throw new RecoveryException(RefusalCode.MemberDown, $"{silent.Title} does not answer, so the size of its "
                + "database is not known. Nothing is disarmed. Bring it back, or remove it: etcdctl member remove "
                + $"{MemberFacts.Hex(silent.Id)}. Then repeat this command.");
        }
        if (Over(facts, facts.Members, state => state.DbBytes, "large") is { } reason)
            throw new RecoveryException("quota", $"{reason} Nothing is disarmed. Defragment it, or: {RaiseQuota}");
    }

    private static long InUse(MemberState state) => state.InUseBytes;

    private static string? Over(
        ClusterFacts facts, IEnumerable<MemberFacts> members, Func<MemberState, long> size, string word) => (
        from member in members
        let quota = QuotaLimits.Of(facts, member)
        where member.State is not null && size(member.State) > QuotaLimits.MaxInUse * quota
        select $"{member.Title}: {ReportCell.Size(size(member.State!))} {word}, more than 80 % of its quota of "
            + $"{ReportCell.Size(quota ?? 0)}.").FirstOrDefault();
}
