using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Disks.Drives;

internal static class DrivesMetrics
{
    private static readonly ImmutableArray<string> Labels = ["device", "serial"];

    private static readonly Subject<DrivesReading, DrivesReading> Scan = new(reading => [reading], labels: [], _ => []);

    private static readonly Subject<DrivesReading, DriveReading> Drives =
        new(reading => reading.Drives, Labels, drive => [drive.Drive.Device, drive.Drive.Serial]);

    // Values are present only while they are fresh; the identity of a drive stays.
    private static readonly Subject<DrivesReading, (DriveReading Of, DriveHealth Part)> Healths =
        Drives.Each<DriveHealth>(drive => drive.Health is { } health ? [health] : [], [], _ => []);

    public static ImmutableArray<MetricFamily<DrivesReading>> Families { get; } =
    [
        .. DriveReadMetrics.Families(Drives), .. DriveHealthMetrics.Verdicts(Healths),
        .. DriveHealthMetrics.Age(Drives, Healths), .. DriveErrorMetrics.Errors(Healths),
        .. DriveErrorMetrics.Tests(Healths), .. Listing(),
    ];

    private static ImmutableArray<MetricFamily<DrivesReading>> Listing() =>
    [
        Scan.Gauge("etcd_sentinel_disk_scan_success",
            "1 if the node's drives could be listed in the last poll, 0 if the previous list is kept.",
            reading => reading.ScanProblem is null),

        Scan.Each<KeyValuePair<string, int>>(
            reading => reading.Folder is { } folder ? folder.Files : [], ["problem"], item => [item.Key])
            .Gauge("etcd_sentinel_disk_folder_files_unusable",
            "Files in drives.folder that are ignored, by problem. Absent if smartctl is run directly.",
            item => item.Part.Value),
    ];
}
