using System.Globalization;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>What one poll says about the disks and the folders that etcd writes to. The rules look at ten minutes, and
/// are slower to speak.</summary>
internal static class IoFindings
{
    /// <summary>Share of the time at which a disk that is slow as well has too much to do.</summary>
    public const double BusyRatio = 0.5;

    /// <summary>Share of the file system that has to be left.</summary>
    public const double MinRoomRatio = 0.1;

    /// <summary>Share of the inodes that has to be left.</summary>
    public const double MinFilesRatio = 0.05;

    private const string FindWriter =
        "Find out what else writes to it (iostat -x, pidstat -d), and move that or etcd elsewhere.";

    public static IEnumerable<Finding> Judge(StorageReading reading) =>
        OfCounters(reading.Io.Problem)
            .Concat(reading.Roles.EtcdDisks.SelectMany(
                disk => OfDisk(disk, reading.Io.ByDisk.GetValueOrDefault(disk)?.Load)))
            .Concat(reading.Folders.SelectMany(OfFolder, (folder, finding) => (folder, finding))
                .DistinctBy(one => (FileSystem(reading, one.folder), one.finding.Code)).Select(one => one.finding));

    // The write-ahead log mostly lies beside the data, and the data comes first: one file system is told once.
    private static string FileSystem(StorageReading reading, EtcdFolder folder) =>
        reading.Roles.Places.FirstOrDefault(place => place.Of == folder.Of)?.Mount?.Device ?? folder.Of.Path;

    private static IEnumerable<Finding> OfCounters(string? problem)
    {
        if (problem is not null)
        {
            yield return new("SentinelCollectorFailing", Severity.Warning, StorageCollector.Name, Summary: problem,
                NextStep: "Mount the node's /proc, and name it in path.procfs.");
        }
    }

    private static IEnumerable<Finding> OfDisk(string disk, DiskLoad? load)
    {
        if (load is { IsStalled: true })
        {
            yield return new("EtcdDiskStalled", Severity.Critical, disk,
                Summary: "Requests were under way since the poll before, and none ended.",
                NextStep: "See on another node that the others have quorum: they elect a leader without this member. "
                    + "Look at the kernel's log (dmesg), and at the volume where it is a cloud's; then power the node "
                    + "off.");
        }
        if (load?.FlushLatencySeconds is not > FlushLimits.SlowSeconds)
            yield break;
        var milliseconds = load.FlushLatencySeconds * 1000;
        var flush = Text(
            $"A flush took {milliseconds:F0} ms in the mean since the poll before; below 10 ms is healthy.");
        yield return load.FlushLatencySeconds > FlushLimits.VerySlowSeconds
            ? new("EtcdDiskVerySlowFlush", Severity.Critical, disk, flush,
                NextStep: "If this member leads, move leadership away (etcdctl move-leader). " + FindWriter)
            : new("EtcdDiskSlowFlush", Severity.Warning, disk, flush, FindWriter);
        if (load.UtilisationRatio > BusyRatio)
        {
            yield return new("EtcdDiskBusy", Severity.Warning, disk,
                Summary: Text($"It was busy for {load.UtilisationRatio * 100:F0} % of the time, and slow to flush."),
                NextStep: FindWriter);
        }
    }

    private static IEnumerable<Finding> OfFolder(EtcdFolder folder)
    {
        if (OfContents(folder) is { } lost)
            yield return lost;
        if (folder.IsReadOnly is true)
        {
            yield return new("EtcdDataDirReadOnly", Severity.Critical, folder.Of.Path,
                Summary: "Its file system takes no writes: as a rule the kernel made it read-only after "
                    + "an error of the disk.",
                NextStep: "Look at the kernel's log (dmesg) and at the health of the disk before you "
                    + "mount it for writing again.");
        }
        if (folder.Space is { SizeBytes: > 0 } space && OfSpace(folder, space) is { } finding)
            yield return finding;
    }

    // What is missing or empty may be a member that is being added, or a folder that is not mounted into this pod.
    private static Finding? OfContents(EtcdFolder folder) =>
        folder.Use.State is DirectoryUse.Unreadable
            ? new("EtcdDataDirUnreadable", Severity.Critical, RoleMetrics.Cut(folder.Of.Path),
                Summary: "Its disk answers with an error or not at all: XFS shuts itself down so after an error.",
                NextStep: "If this member leads, move leadership away (etcdctl move-leader). Look at the kernel's log "
                    + "(dmesg) and at the health of the disk before you mount it anew.")
            : folder.IsGone
            ? new("EtcdDataDirGone", Severity.Warning, RoleMetrics.Cut(folder.Of.Path),
                Summary: $"It is {folder.Use.State}, and etcd's files were in it before.",
                NextStep: "Do not restart etcd here: one that runs still holds its files. Was something else mounted "
                    + "over them (findmnt -T)? Take it away; deleted, the member has to be replaced.")
            : null;

    // XFS makes inodes of free space: where little space is left few inodes are, and that is no news.
    private static Finding? OfSpace(EtcdFolder folder, FileSystemSpace space)
    {
        var backend = folder.Use.Parts.FirstOrDefault(part => part.Name == DirectoryUse.Backend)?.Use.Bytes;
        // A defragmentation writes all live data once more before the old file goes. How much is live, a file does
        // not tell.
        return space.AvailableBytes < backend || space.AvailableBytes / space.SizeBytes < MinRoomRatio
            ? new("EtcdDataDirLowSpace", Severity.Warning, folder.Of.Path,
                Summary: Text($"{MiB(space.AvailableBytes)} of {MiB(space.SizeBytes)} MiB are left")
                    + (backend is { } bytes ? Text($"; the database has {MiB(bytes)} MiB.") : "."),
                NextStep: "Free space; do not defragment before. A full disk stops etcd at once.")
            : space.FilesFree / space.Files < MinFilesRatio
            ? new("EtcdDataDirLowInodes", Severity.Warning, folder.Of.Path,
                Summary: Text($"{space.FilesFree} of {space.Files} inodes are left; df shows free space all the same."),
                NextStep: "Find out where the many small files are (du --inodes -x), and delete them. Without an inode "
                    + "etcd cannot begin the next file of its log, and stops.")
            : null;
    }

    private static long MiB(double bytes) => (long)(bytes / (1 << 20));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
