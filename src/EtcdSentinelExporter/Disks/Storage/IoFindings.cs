using System.Globalization;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Findings about the disks and folders of etcd from one poll. The alert rules look at ten minutes, and fire
/// later.</summary>
internal static class IoFindings
{
    /// <summary>Utilisation above which a disk that is shared counts as busy.</summary>
    public const double BusyRatio = 0.5;

    /// <summary>Minimum share of free space.</summary>
    public const double MinFreeSpaceRatio = 0.1;

    /// <summary>Free space below which a file system counts as full, unless it is small.</summary>
    public const double FullBytes = 1 << 30;

    /// <summary>Minimum share of free inodes.</summary>
    public const double MinFreeInodesRatio = 0.05;

    private const string FindWriter =
        "Find out what else writes to it (iostat -x, pidstat -d), and move that or etcd elsewhere.";

    public static IEnumerable<Finding> Judge(StorageReading reading) =>
        OfCounters(reading.Io.Problem)
            .Concat(reading.Roles.EtcdDisks.SelectMany(
                disk => OfDisk(disk, reading.Io.ByDisk.GetValueOrDefault(disk)?.Load, IsShared(reading, disk))))
            .Concat(reading.Folders.SelectMany(OfFolder, (folder, finding) => (folder, finding))
                .DistinctBy(item => (FileSystem(reading, item.folder), item.finding.Code))
                .Select(item => item.finding));

    // Each file system is reported once: the write-ahead log is usually on that of the data, which comes first.
    private static string FileSystem(StorageReading reading, EtcdFolder folder) =>
        reading.Roles.Places.FirstOrDefault(place => place.Of == folder.Of)?.Mount?.Device ?? folder.Of.Path;

    private static IEnumerable<Finding> OfCounters(string? problem)
    {
        if (problem is not null)
        {
            yield return new("SentinelCollectorFailing", Severity.Warning, StorageCollector.Name, Summary: problem,
                NextStep: "Mount the node's /proc and set path.procfs to it.");
        }
    }

    private static bool IsShared(StorageReading reading, string disk) => reading.Roles.Places.Any(
        place => place.Of.Role is DiskRole.StorageSystem or DiskRole.Other
            && place.Disks.Any(item => item.Device == disk));

    private static IEnumerable<Finding> OfDisk(string disk, DiskLoad? load, bool isShared)
    {
        if (load is { IsStalled: true })
        {
            yield return new("EtcdDiskStalled", Severity.Critical, disk,
                Summary: "Requests have been in flight since the previous poll, and none completed.",
                NextStep: "Check on another node that the other members have quorum: they elect a new leader. "
                    + "Check the kernel log (dmesg), and the volume if it is a cloud disk; then power the node off.");
        }
        if (load?.FlushLatencySeconds is > FlushLimits.SlowSeconds and var seconds)
        {
            yield return new("EtcdDiskSlowFlush", Severity.Warning, disk,
                Summary: Text(
                    $"The mean flush since the previous poll took {seconds * 1000:F0} ms; below 10 ms is healthy."),
                NextStep: FindWriter);
        }
        if (isShared && load?.UtilisationRatio is > BusyRatio and var busy)
        {
            yield return new("EtcdDiskBusy", Severity.Warning, disk,
                Summary: Text($"The disk is shared with etcd, and was busy {busy * 100:F0} % of the time."),
                NextStep: FindWriter);
        }
    }

    private static IEnumerable<Finding> OfFolder(EtcdFolder folder)
    {
        if (OfContents(folder) is { } lost)
            yield return lost;
        if (folder.IsReadOnly is true)
        {
            yield return new("EtcdDataDirUnusable", Severity.Critical, folder.Of.Path,
                Summary: "The file system is read-only; usually the kernel does this after a disk error.",
                NextStep: "Check the kernel log (dmesg) and the health of the disk before you remount it read-write.");
        }
        if (folder.Errors.Counts.Where(count => count.Count > 0).ToArray() is { Length: > 0 } errors)
        {
            yield return new("EtcdFilesystemErrors", Severity.Warning, RoleMetrics.Cut(folder.Of.Path),
                Summary: Text($"The file system counted errors: {string.Join(", ", errors.Select(Count))}")
                    + (folder.Errors.First is { } first ? Text($", the first at {first:u}.") : "."),
                NextStep: "Check the kernel log (dmesg) and the health of the disk. "
                    + "When the cause is gone, stop etcd, unmount the file system and run fsck -f (ext4), or run "
                    + "btrfs device stats -z (btrfs).");
        }
        if (folder.Space is { SizeBytes: > 0 } space && OfSpace(folder, space) is { } finding)
            yield return finding;
    }

    // A folder that is missing or empty may be that of a member being added, or not mounted into this pod.
    private static Finding? OfContents(EtcdFolder folder) =>
        folder.Use.State is DirectoryUse.Unreadable
            ? new("EtcdDataDirUnusable", Severity.Critical, RoleMetrics.Cut(folder.Of.Path),
                Summary: "Its disk returns errors or does not respond. XFS shuts down in this way after an error.",
                NextStep: "If this member leads, move leadership away (etcdctl move-leader). "
                    + "Check the kernel log (dmesg) and the health of the disk before you remount it.")
            : folder.IsGone
            ? new("EtcdDataDirGone", Severity.Critical, RoleMetrics.Cut(folder.Of.Path),
                Summary: $"The folder is {folder.Use.State}, but had etcd's files before.",
                NextStep: "Do not restart etcd here: while it runs, it still has its files open. "
                    + "If something is mounted over them (findmnt -T), unmount it; "
                    + "if they were deleted, replace the member.")
            : null;

    // XFS creates inodes from free space: low space always means few inodes, which needs no second finding.
    private static Finding? OfSpace(EtcdFolder folder, FileSystemSpace space)
    {
        var backend = folder.Use.Parts.FirstOrDefault(part => part.Name == DirectoryUse.Backend)?.Use.Bytes;
        // A defragmentation writes a full copy of the live data before it removes the old file. The live size is
        // unknown here, so the file size is used.
        return space.AvailableBytes < FullBytes && space.AvailableBytes / space.SizeBytes < MinFreeSpaceRatio
            ? new("EtcdDataDirFull", Severity.Critical, folder.Of.Path,
                Summary: Text($"{MiB(space.AvailableBytes)} of {MiB(space.SizeBytes)} MiB are left."),
                NextStep: "Free space now: old container images, logs, snapshots of etcd. "
                    + "A full disk stops etcd at once.")
            : space.AvailableBytes < backend || space.AvailableBytes / space.SizeBytes < MinFreeSpaceRatio
            ? new("EtcdDataDirLowSpace", Severity.Warning, folder.Of.Path,
                Summary: Text($"{MiB(space.AvailableBytes)} of {MiB(space.SizeBytes)} MiB are left")
                    + (backend is { } bytes ? Text($"; the database has {MiB(bytes)} MiB.") : "."),
                NextStep: "Free space first, and do not defragment before that. A full disk stops etcd at once.")
            : space.FilesFree / space.Files < MinFreeInodesRatio
            ? new("EtcdDataDirLowInodes", Severity.Warning, folder.Of.Path,
                Summary: Text($"{space.FilesFree} of {space.Files} inodes are left; df may still show free space."),
                NextStep: "Find the folder with many small files (du --inodes -x), and delete them. "
                    + "Without a free inode etcd cannot create its next log file, and stops.")
            : null;
    }

    private static string Count((string Kind, double Count) errors) => Text($"{errors.Count} {errors.Kind}");

    private static long MiB(double bytes) => (long)(bytes / (1 << 20));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
