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
            .Concat(reading.Folders.SelectMany(FolderFindings.Of, (folder, finding) => (folder, finding))
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

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
