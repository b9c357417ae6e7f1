using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Backups;

/// <summary>Findings about the backups on this node. The alert rules look at all nodes of a cluster.</summary>
internal static class BackupsFindings
{
    /// <summary>A backup that has less than this share of the one before has lost something.</summary>
    public const double ShrunkRatio = 0.5;

    // A cluster that has just begun grows and shrinks.
    private const long MinBytes = 1 << 20;

    public static IEnumerable<Finding> Judge(BackupsReading reading) =>
        OfAge(reading).Concat(reading.Folders.SelectMany(OfFolder)).Concat(OfCopies(reading));

    private static IEnumerable<Finding> OfAge(BackupsReading reading)
    {
        if (!reading.IsExpected)
            yield break;
        var subject = BackupsMetrics.Cut(reading.Folders[0].Of.Path);
        if (reading.NewestGood is not { } newest)
        {
            yield return new("EtcdBackupTooOld", Severity.Warning, subject,
                Summary: $"There is no snapshot of etcd: {string.Join(", ", reading.Folders.Select(WhyNone))}.",
                NextStep: "Save a snapshot now, to a disk that does not carry etcd, and find out why none was made.");
        }
        else if (reading.At - newest.ModifiedAt > reading.MaxAge)
        {
            yield return new("EtcdBackupTooOld", Severity.Warning, BackupsMetrics.Cut(newest.Path),
                Summary: "The newest snapshot of etcd on this node is "
                    + $"{ReportCell.Duration(reading.At - newest.ModifiedAt)} old; the limit is "
                    + $"{ReportCell.Duration(reading.MaxAge)}.",
                NextStep: "Save a snapshot now, and find out why none was made since.");
        }
    }

    private static string WhyNone(BackupFolder folder) => $"{BackupsMetrics.Cut(folder.Of.Path)} " + folder.State switch
    {
        BackupFolder.Missing => "does not exist",
        BackupFolder.Empty => "has no file of a snapshot",
        BackupFolder.Forbidden => "may not be read",
        BackupFolder.Unreadable => "cannot be read",
        _ => "has no good one",
    };

    private static IEnumerable<Finding> OfFolder(BackupFolder folder)
    {
        if (folder.State is BackupFolder.Unreadable or BackupFolder.Forbidden)
        {
            yield return new("SentinelCollectorFailing", Severity.Warning, BackupsMetrics.Cut(folder.Of.Path),
                Summary: folder.State is BackupFolder.Forbidden
                    ? "The folder with backups may not be read."
                    : "The folder with backups cannot be read: its disk returns an error or does not respond.",
                NextStep: "Grant read access, or check the mount and the kernel log (dmesg).");
        }
        foreach (var file in folder.Corrupt)
        {
            yield return new("EtcdBackupBroken", Severity.Warning, BackupsMetrics.Cut(file.Path),
                Summary: $"The snapshot cannot be restored. {file.Check.Detail}",
                NextStep: "Save a new snapshot to another disk. Check the disk that has this file, then delete it.");
        }
        if (folder.IsOnEtcdDisk is true && folder.NewestGood is not null)
        {
            yield return new("EtcdBackupOnEtcdDisk", Severity.Info, BackupsMetrics.Cut(folder.Of.Path),
                Summary: "The snapshots are on a disk that also carries etcd: both are lost with it.",
                NextStep: "Save or copy them to another disk, best to another machine.");
        }
        if (Shrunk(folder) is var (newest, before))
        {
            yield return new("EtcdBackupShrank", Severity.Info, BackupsMetrics.Cut(newest.Path),
                Summary: $"The newest snapshot has {ReportCell.Size(newest.Check.ContentBytes)}, the one before "
                    + $"{ReportCell.Size(before.Check.ContentBytes)}.",
                NextStep: "A defragmentation explains it. If there was none, compare what both have before you delete "
                    + "the older one.");
        }
    }

    // Lengths without compression: it may have been switched on in between.
    private static (BackupFile Newest, BackupFile Before)? Shrunk(BackupFolder folder) =>
        folder.Newest.Where(file => file.Check.State is SnapshotCheck.Valid).Take(2).ToArray()
            is [var newest, var before] && before.Check.ContentBytes > MinBytes
            && newest.Check.ContentBytes < ShrunkRatio * before.Check.ContentBytes
            ? (newest, before)
            : null;

    private static IEnumerable<Finding> OfCopies(BackupsReading reading)
    {
        var good = reading.Folders.Where(folder => folder.NewestGood is not null).ToArray();
        if (good.Length > 0 && Array.TrueForAll(good, folder => folder is { IsLocal: true, Of.IsUploaded: false }))
        {
            yield return new("EtcdBackupOnlyHere", Severity.Info, BackupsMetrics.Cut(good[0].Of.Path),
                Summary: "All snapshots that are known here are on disks of this node.",
                NextStep: "Copy them to another machine. If something does already, nothing is to be done.");
        }
    }
}
