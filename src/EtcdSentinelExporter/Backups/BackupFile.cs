using EtcdSentinelExporter.Backups.Snapshots;

namespace EtcdSentinelExporter.Backups;

/// <summary>A file that may be a snapshot.</summary>
/// <param name="Path">Host path.</param>
internal sealed record BackupFile(string Path, FileIdentity Identity, SnapshotCheck Check)
{
    // Longer than a pause of a slow network, and shorter than an interval between polls.
    private static readonly TimeSpan SettledAfter = TimeSpan.FromMinutes(1);

    private static readonly ImmutableArray<string> Extensions =
        ["", ".db", ".gz", ".tgz", ".zip", ".snap", ".snapshot", ".bak", ".backup", ".dump"];

    private static readonly ImmutableArray<string> Unfinished = [".part", ".partial", ".tmp", ".temp"];

    private static readonly ImmutableArray<string> Words = ["snap", "etcd", "k0s_backup", "full-"];

    public DateTimeOffset ModifiedAt => Identity.ModifiedAt;

    public long Bytes => (long)Identity.Bytes;

    /// <summary>True if a file may be a snapshot by its name.</summary>
    /// <param name="hasOnlySnapshots">True for a folder with nothing but snapshots.</param>
    public static bool MayBe(string name, bool hasOnlySnapshots)
    {
        var extension = System.IO.Path.GetExtension(name);
        return name is not ['.', ..] && !Unfinished.Contains(extension, StringComparer.OrdinalIgnoreCase)
            // etcd-backup-restore: changes since a full snapshot, in a format of its own.
            && !name.StartsWith("Incr-", StringComparison.Ordinal)
            && (hasOnlySnapshots || name is "db" || extension is ".db"
                // A time may be part of the name.
                || ((Extensions.Contains(extension, StringComparer.Ordinal) || extension.Any(char.IsAsciiDigit))
                    && Words.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase))));
    }

    /// <summary>True if nothing writes the file any more, as far as its time says.</summary>
    public bool IsSettled(DateTimeOffset now) => now - ModifiedAt >= SettledAfter
        // The clock of another machine may be ahead.
        || ModifiedAt - now >= SettledAfter;

    /// <summary>The file with a result. What cannot be a snapshot by its content is a damaged one where nothing else
    /// has such a name, and no backup anywhere else.</summary>
    /// <param name="hasOnlySnapshots">True for a folder with nothing but snapshots.</param>
    public BackupFile With(SnapshotCheck check, bool hasOnlySnapshots) => this with
    {
        Check = check.State is SnapshotCheck.Other
            && (hasOnlySnapshots || Path.EndsWith(".db", StringComparison.Ordinal))
            ? check with { State = SnapshotCheck.Corrupt }
            : check,
    };
}
