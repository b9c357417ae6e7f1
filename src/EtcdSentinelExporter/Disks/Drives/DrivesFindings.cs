using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Findings that one poll of the drives can prove. Those that need a history (new timeouts, growth) are left
/// to the rules.</summary>
internal static class DrivesFindings
{
    public const double WearWarning = 0.8;
    public const double WornOut = 0.9;

    /// <summary>Next step for a drive that may fail.</summary>
    public const string Replace =
        "If the disk carries etcd, take the member out in this order: "
        + "etcdctl endpoint health --cluster must show the others healthy; etcdctl snapshot save elsewhere; "
        + "etcdctl member remove of this one; stop etcd, replace the disk, empty the data directory; "
        + "etcdctl member add --learner, start etcd, promote. One member at a time, the leader last.";

    public static IEnumerable<Finding> Judge(DrivesReading reading) =>
        OfScan(reading).Concat(OfVolumes(reading)).Concat(reading.Drives.SelectMany(OfDrive));

    private static IEnumerable<Finding> OfVolumes(DrivesReading reading) =>
        reading.All.Any(drive => drive.Drive.Disk is null) ? [] :
        from drive in reading.Drives
        where drive is { State: ReadState.Unsupported, Drive.Disk.IsVolume: true }
        select new Finding("DiskBehindController", Severity.Info, Name(drive),
            Summary: "The disk is a volume of a RAID controller: the health of its drives is not monitored.",
            NextStep: "Run etcd-sentinel-exporter drives --suggest on the node, and set drives.devices.");

    private static IEnumerable<Finding> OfScan(DrivesReading reading)
    {
        if (reading.ScanProblem is { } problem)
        {
            yield return new("SentinelCollectorFailing", Severity.Warning, "drives",
                Summary: $"Cannot list the drives of the node, keeping the previous list: {problem}",
                NextStep: "Mount the node's /sys and set path.sysfs to it.");
        }
        foreach (var (what, count) in reading.Folder?.Files.Where(item => item.Value > 0) ?? [])
        {
            yield return new("SentinelCollectorFailing", Severity.Warning, "drives",
                Summary: $"{count} files in drives.folder are ignored: {what}.",
                NextStep: what is FolderProblems.Clock
                    ? "Compare the clocks of this container and of smart-agent's with that of the node."
                    : "Check that exactly one smart-agent of the same version runs on this node, and that nothing "
                        + "else writes to the folder.");
        }
    }

    private static IEnumerable<Finding> OfDrive(DriveReading drive)
    {
        var name = Name(drive);
        return DriveStateFindings.Of(drive, name)
            .Concat(DriveHealthFindings.Of(drive, name))
            .Concat(DriveRisk.Of(drive, name, Replace))
            .Concat(DriveErrorFindings.Of(drive, name))
            .Concat(DriveStateFindings.OfUndecodable(drive, name));
    }

    private static string Name(DriveReading drive) => drive.Identity is { } identity
        ? $"{drive.Drive.Device} ({identity.Model}, serial number {identity.Serial})"
        : drive.Drive.Device;
}
