using EtcdSentinelExporter.Etcd;

namespace EtcdSentinelExporter.Collectors.Members;

/// <summary>What etcd says of itself on its metrics page only. Unknown values are <see langword="null"/>.</summary>
/// <param name="QuotaBytes">2 GiB when etcd was told nothing; negative when the quota is disabled.</param>
/// <param name="CompactRevision">0 when nothing was ever compacted.</param>
internal sealed record EtcdPage(long? QuotaBytes, bool? IsDefragmenting, long? CompactRevision)
{
    private const string Quota = "etcd_server_quota_backend_bytes";
    private const string Defragmenting = "etcd_disk_defrag_inflight";
    private const string Compacted = "etcd_debugging_mvcc_compact_revision";

    /// <summary>The families that are read; everything else on the page is skipped.</summary>
    public static readonly IReadOnlySet<string> Families = new HashSet<string>(StringComparer.Ordinal) { Quota, Defragmenting, Compacted };

    public static EtcdPage From(MetricsPage page) => new(
        Whole(page.Value(Quota)),
        page.Value(Defragmenting) is { } inFlight ? inFlight > 0 : null,
        // etcd prints -1 until its first compaction.
        Whole(page.Value(Compacted)) is { } revision ? Math.Max(0, revision) : null);

    private static long? Whole(double? value) => value is { } known && Math.Abs(known) < long.MaxValue ? (long)known : null;
}
