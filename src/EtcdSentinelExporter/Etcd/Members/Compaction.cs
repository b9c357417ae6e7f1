using System.Globalization;
using System.Text;
using Mvccpb;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>The two indicators of compaction, and when one of them last changed.</summary>
/// <param name="CompactorChange">Last known <c>mod_revision</c> of kube-apiserver's key. Each round of the compactor
/// changes it. <see langword="null"/> if the key was never found.</param>
/// <param name="CompactRevision">Last known compact revision of etcd; <see langword="null"/> if never read.</param>
/// <param name="LastChange">Time of the last change; not before the first poll.</param>
/// <param name="RevisionThen">Revision of etcd at that time; <see langword="null"/> if unknown.</param>
internal sealed record Compaction(
    long? CompactorChange, long? CompactRevision, DateTimeOffset LastChange, long? RevisionThen)
{
    /// <summary>Key in which kube-apiserver's compactor stores the compacted revision. Not below
    /// <c>/registry</c>.</summary>
    public const string CompactorKey = "compact_rev_key";

    /// <summary>Merges the values of one poll; <see langword="null"/> until one of the indicators was read.</summary>
    /// <param name="key">The compactor's key; <see langword="null"/> if it does not exist.</param>
    /// <param name="compactRevision"><see langword="null"/> if the metrics page does not contain it.</param>
    /// <param name="revision">Revision of etcd; <see langword="null"/> if unknown.</param>
    public static Compaction? Update(
        Compaction? before, KeyValue? key, long? compactRevision, long? revision, DateTimeOffset now)
    {
        if (key is null && compactRevision is null && before is null)
            return null;
        var current = new Compaction(
            key?.ModRevision ?? before?.CompactorChange, compactRevision ?? before?.CompactRevision, now, revision);
        return before is not null && AtTimeOf(before, current) == before ? before : WithChange(before, current);
    }

    // An indicator that is read for the first time is not a change: the page may have been unreadable until now.
    private static Compaction WithChange(Compaction? before, Compaction current)
    {
        var isChanged = before is null
            || Changed(before.CompactorChange, current.CompactorChange)
            || Changed(before.CompactRevision, current.CompactRevision);
        return isChanged ? current : AtTimeOf(before!, current);
    }

    private static Compaction AtTimeOf(Compaction before, Compaction current) =>
        current with { LastChange = before.LastChange, RevisionThen = before.RevisionThen };

    private static bool Changed(long? before, long? now) => before is not null && now != before;

    /// <summary>The revision in the compactor's key; <see langword="null"/> if the key is missing or
    /// invalid.</summary>
    public static long? Revision(KeyValue? key) =>
        key is not null
        && long.TryParse(
            Encoding.ASCII.GetString(key.Value.Span), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : null;
}
