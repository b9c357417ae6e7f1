using System.Globalization;
using System.Text;
using Mvccpb;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>The two signs of compaction, and when either of them moved last.</summary>
/// <param name="CompactorChange">The <c>mod_revision</c> of kube-apiserver's key when it was last seen: it moves with
/// each of the compactor's rounds. <see langword="null"/> where it was never seen.</param>
/// <param name="CompactRevision">etcd's own compact revision when it was last seen.</param>
/// <param name="LastChange">At the earliest the moment when we first looked.</param>
internal sealed record Compaction(long? CompactorChange, long? CompactRevision, DateTimeOffset LastChange)
{
    /// <summary>The key under which kube-apiserver's compactor keeps what it compacted to. Not
    /// below <c>/registry</c>.</summary>
    public const string CompactorKey = "compact_rev_key";

    /// <summary>Folds a look into what was known; <see langword="null"/> while neither sign has been seen.</summary>
    /// <param name="key">The compactor's key; <see langword="null"/> where it does not exist.</param>
    /// <param name="compactRevision"><see langword="null"/> when the metrics page did not say it.</param>
    public static Compaction? Seen(Compaction? before, KeyValue? key, long? compactRevision, DateTimeOffset now)
    {
        if (key is null && compactRevision is null && before is null)
            return null;
        var seen = new Compaction(
            key?.ModRevision ?? before?.CompactorChange, compactRevision ?? before?.CompactRevision, now);
        return before is not null && seen with { LastChange = before.LastChange } == before
            ? before
            : Fresh(before, seen);
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

    /// <summary>The revision that the compactor wrote down; <see langword="null"/> when there is no
    /// such number.</summary>
    public static long? Revision(KeyValue? key) =>
        key is not null
        && long.TryParse(
            Encoding.ASCII.GetString(key.Value.Span), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : null;
}
