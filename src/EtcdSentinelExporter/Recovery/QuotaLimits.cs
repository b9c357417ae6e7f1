using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Etcd.Members;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Shares of the quota.</summary>
internal static class QuotaLimits
{
    /// <summary>With more in use than this the alarm would soon be back.</summary>
    public const double MaxInUse = 0.8;

    // A file that was just defragmented has a few free pages.
    private const double MinFragmentation = 0.2;

    /// <summary>The smallest quota of the cluster: it stops all members. <see langword="null"/> if all are
    /// disabled.</summary>
    public static long? Smallest(ClusterFacts facts) => facts.Members.Select(member => Of(facts, member)).Min();

    /// <summary>Quota of a member; <see langword="null"/> if it is disabled. One that is not known counts as the
    /// smallest known one, or else as etcd's default.</summary>
    public static long? Of(ClusterFacts facts, MemberFacts member) => member.State switch
    {
        { QuotaBytes: { } quota } => quota,
        { IsQuotaDisabled: true } => null,
        _ => facts.Members.Select(other => other.State?.QuotaBytes).Min() ?? MemberQuotas.DefaultBytes,
    };

    /// <summary>True if a defragmentation is part of the way out: the file is too large, or has many free
    /// pages.</summary>
    public static bool IsToShrink(ClusterFacts facts, MemberFacts member) => member.State is { } state
        && (state.Fragmentation >= MinFragmentation || state.DbBytes > MaxInUse * Of(facts, member));
}
