using EtcdSentinelExporter.Etcd.Members;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>Which members are worth a defragmentation. Both must hold: a small database is fragmented at no
/// cost.</summary>
/// <param name="MinFragmentation">Least share of the file that is free pages: 0 to 1.</param>
/// <param name="MinReclaimable">Least share of the quota that would be freed: 0 to 1.</param>
internal sealed record DefragmentRules(double MinFragmentation, double MinReclaimable)
{
    /// <summary>Those of the alert EtcdHighFragmentation.</summary>
    public static DefragmentRules Default { get; } = new(0.5, 0.1);

    /// <summary>The members that the rules select, without learners and those that have not started.</summary>
    public ImmutableHashSet<ulong> Select(ClusterFacts cluster) =>
        [.. cluster.StartedVoters.Where(IsWorthIt).Select(member => member.Id)];

    /// <remarks>An unknown or disabled quota counts as etcd's default.</remarks>
    public bool IsWorthIt(MemberFacts member) => member.State is { } state
        && state.Fragmentation >= MinFragmentation
        && state.ReclaimableBytes >= MinReclaimable * (state.QuotaBytes ?? MemberQuotas.DefaultBytes);
}
