using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Metrics of the errors that a drive counts, and of its self-tests.</summary>
internal static class DriveErrorMetrics
{
    public static ImmutableArray<MetricFamily<DrivesReading>> Errors(
        Subject<DrivesReading, (DriveReading Of, DriveHealth Part)> healths) =>
    [
        healths.Counter("etcd_sentinel_disk_command_timeouts_total",
            "Commands that timed out on the drive (attribute 188), decoded. "
            + "Healthy drives may have some: watch the increase. Absent if the drive does not count them.",
            drive => drive.Part.CommandTimeouts?.Total),

        healths.Each<(string Threshold, double? Count)>(
            drive => Slow(drive.Part), ["threshold"], item => [item.Threshold])
            .Counter("etcd_sentinel_disk_slow_commands_total",
            "Commands that took longer than threshold. Only Seagate drives count them.",
            item => item.Part.Count),

        healths.Counter("etcd_sentinel_disk_media_errors_total",
            "Media errors that the drive could not correct. NVMe and SAS drives only.",
            drive => drive.Part.MediaErrors),

        healths.Counter("etcd_sentinel_disk_nonmedium_errors_total",
            "Errors of a SAS drive that do not concern its medium. Absent if smartctl does not report them as JSON.",
            drive => drive.Part.NonMediumErrors),

        healths.Counter("etcd_sentinel_disk_reported_uncorrectable_total",
            "Uncorrectable errors that the drive reported to the host (attribute 187). SATA drives only.",
            drive => drive.Part.ReportedUncorrectable),

        healths.Gauge("etcd_sentinel_disk_reallocated_sectors",
            "Sectors or blocks that the drive has replaced (attribute 5). SATA drives only.",
            drive => drive.Part.Reallocated),

        healths.Gauge("etcd_sentinel_disk_pending_sectors",
            "Sectors that the drive cannot read at present (attribute 197; SAS: pending defects). "
            + "Absent on NVMe drives.",
            drive => drive.Part.Pending),

        healths.Gauge("etcd_sentinel_disk_offline_uncorrectable_sectors",
            "Sectors that the drive found unreadable in its own scans (attribute 198). SATA drives only.",
            drive => drive.Part.OfflineUncorrectable),

        healths.Gauge("etcd_sentinel_disk_grown_defects",
            "Entries of the grown defect list: defects since the drive was made. SAS drives only.",
            drive => drive.Part.GrownDefects),

        healths.Counter("etcd_sentinel_disk_interface_crc_errors_total",
            "Transfers that arrived damaged (attribute 199); usually caused by the cable. SATA drives only.",
            drive => drive.Part.CrcErrors),

        healths.Gauge("etcd_sentinel_disk_error_log_entries",
            "Entries in the drive's error log. On NVMe drives mostly harmless: do not alert on it.",
            drive => drive.Part.ErrorEntries),
    ];

    public static ImmutableArray<MetricFamily<DrivesReading>> Tests(
        Subject<DrivesReading, (DriveReading Of, DriveHealth Part)> healths)
    {
        var tests = healths.Each<(SelfTest Test, TimeSpan? Age)>(
            drive => drive.Part.SelfTests, ["kind"], test => [test.Test.Kind]);
        return
        [
            tests.Gauge("etcd_sentinel_disk_self_test_last_passed",
                "1 if the last completed self-test of this kind passed, 0 if it failed. Absent without one.",
                test => test.Part.Test.Passed),

            tests.Gauge("etcd_sentinel_disk_self_test_age_seconds",
                "Running time of the drive since that test; wraps of the drive's 16-bit clock are undone. "
                + "Absent if the drive does not report it.",
                test => test.Part.Age),
        ];
    }

    private static IEnumerable<(string Threshold, double? Count)> Slow(DriveHealth health) =>
        [("5s", health.CommandTimeouts?.Over5Seconds), ("7.5s", health.CommandTimeouts?.Over7Seconds)];
}
