using System.Globalization;
using System.Text;
using EtcdSentinelExporter.Etcd.Protocol;

namespace EtcdSentinelExporter.Collectors.Members;

/// <summary>The two signs of compaction, and when either of them moved last.</summary>
/// <param name="CompactorRevision">Revision in kube-apiserver's <c>compact_rev_key</c>; <see langword="null"/> where no API server compacts.</param>
/// <param name="CompactorChange">The key's <c>mod_revision</c>: it moves with each of the compactor's rounds.</param>
/// <param name="CompactRevision">etcd's own compact revision; <see langword="null"/> without a metrics page.</param>
/// <param name="LastChange">At the earliest the moment when we first looked.</param>
internal sealed record Compaction(long? CompactorRevision, long? CompactorChange, long? CompactRevision, DateTimeOffset LastChange)
{
    /// <summary>The key under which kube-apiserver's compactor keeps what it compacted to. Not below <c>/registry</c>.</summary>
    public const string CompactorKey = "compact_rev_key";

    /// <summary>Folds a look into what was known; <see langword="null"/> while neither sign has been seen.</summary>
    /// <param name="key">The compactor's key; <see langword="null"/> where it does not exist.</param>
    /// <param name="compactRevision"><see langword="null"/> when the metrics page did not say it.</param>
    public static Compaction? Seen(Compaction? before, KeyValue? key, long? compactRevision, DateTimeOffset now)
    {
        if (key is null && compactRevision is null && before is null)
            return null;
        var seen = new Compaction(
            Revision(key) ?? before?.CompactorRevision,
            key?.ModRevision ?? before?.CompactorChange,
            compactRevision ?? before?.CompactRevision,
            now);
        return before is not null && seen with { LastChange = before.LastChange } == before ? before : Fresh(before, seen);
    }

    // A sign that comes into view for the first time is not a move: the page may have been unreadable until now.
    private static Compaction Fresh(Compaction? before, Compaction seen)
    {
        var moved = before is null
            || Moved(before.CompactorChange, seen.CompactorChange)
            || Moved(before.CompactRevision, seen.CompactRevision);
        return moved ? seen : seen with { LastChange = before!.LastChange };
    }

    private static bool Moved(long? before, long? now) => before is not null && now != before;

    private static long? Revision(KeyValue? key) =>
        key is not null && long.TryParse(Encoding.ASCII.GetString(key.Value.Span), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : null;
}
