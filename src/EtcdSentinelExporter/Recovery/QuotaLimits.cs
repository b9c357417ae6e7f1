using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Shares of the quota.</summary>
internal static class QuotaLimits
{
    /// <summary>With more in use than this the alarm would soon be back.</summary>
    public const double MaxInUse = 0.8;

    // A file that was just defragmented has a few free pages.
    private const double MinFragmentation = 0.2;

    /// <summary>The smallest quota of the cluster: it stops all members. <see langword="null"/> if none is known, or
    /// all are off.</summary>
    public static long? Smallest(ClusterFacts facts) =>
        facts.Members.Select(member => member.State?.QuotaBytes).Min();

    /// <summary>Quota of a member; the smallest one if its own is not known.</summary>
    public static long? Of(ClusterFacts facts, MemberFacts member) => member.State?.QuotaBytes ?? Smallest(facts);

    /// <summary>True if a defragmentation is part of the way out: the file is too large, or has many free
    /// pages.</summary>
    public static bool IsToShrink(ClusterFacts facts, MemberFacts member) => member.State is { } state
        && (state.Fragmentation >= MinFragmentation || state.DbBytes > MaxInUse * Of(facts, member));
}
