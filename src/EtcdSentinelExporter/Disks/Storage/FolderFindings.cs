using System.Globalization;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Findings about etcd's folders and their file systems.</summary>
internal static class FolderFindings
{
    public static IEnumerable<Finding> Of(EtcdFolder folder)
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
        var isLow = space.AvailableBytes / space.SizeBytes < IoFindings.MinFreeSpaceRatio;
        return isLow && space.AvailableBytes < IoFindings.FullBytes
            ? new("EtcdDataDirFull", Severity.Critical, folder.Of.Path,
                Summary: Text($"{MiB(space.AvailableBytes)} of {MiB(space.SizeBytes)} MiB are left."),
                NextStep: "Free space now: old container images, logs, snapshots of etcd. "
                    + "A full disk stops etcd at once.")
            : isLow || space.AvailableBytes < backend
            ? new("EtcdDataDirLowSpace", Severity.Warning, folder.Of.Path,
                Summary: Text($"{MiB(space.AvailableBytes)} of {MiB(space.SizeBytes)} MiB are left")
                    + (backend is { } bytes ? Text($"; the database has {MiB(bytes)} MiB.") : "."),
                NextStep: "Free space first, and do not defragment before that. A full disk stops etcd at once.")
            : space.FilesFree / space.Files < IoFindings.MinFreeInodesRatio
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
