using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Disks.Drives;

internal static class DrivesMetrics
{
    private static readonly ImmutableArray<string> Labels = ["device", "serial"];

    private static readonly ImmutableArray<string> ExitBits =
    [
        "command_line", "open", "command_failed", "failing", "prefail_below_threshold", "threshold_past", "error_log",
        "self_test_log",
    ];

    private static readonly Subject<DrivesReading, DriveReading> Drives = new(reading => reading.Drives, Labels, Name);

    // Values are present only while they are fresh; the identity of a drive stays.
    private static readonly Subject<DrivesReading, (DriveReading Of, DriveHealth Part)> Healths =
        Drives.Each<DriveHealth>(
            drive => drive.Health is { } health ? [health] : [], [], _ => []);

    private static readonly Subject<DrivesReading, DrivesReading> Scan = new(reading => [reading], labels: [], _ => []);

    public static ImmutableArray<MetricFamily<DrivesReading>> Families { get; } =
        [.. Reading(), .. Verdicts(), .. Age(), .. Errors(), .. Tests(), .. Listing()];

    private static string[] Name(DriveReading drive) => [drive.Drive.Device, drive.Drive.Serial];

    private static ImmutableArray<MetricFamily<DrivesReading>> Reading() =>
    [
        Drives.Info("etcd_sentinel_disk_info",
            "Identity of the drive; always 1. Kept while reads fail; absent until the first successful read. "
            + "bus_device is its address behind a controller; "
            + "smart_serial is the serial number that the drive itself reports.",
            ["model", "family", "wwn", "firmware", "protocol", "smart_serial", "bus_device", "rotational",
                "in_database"],
            drive => drive.Identity is { } identity ? Describe(drive, identity) : null),

        Drives.State("etcd_sentinel_disk_read_state",
            "State of the latest attempt to read the drive: 1 for its state, 0 for the others. "
            + "waiting: not read yet; failed: it has SMART, but its health cannot be read; "
            + "hung: smartctl cannot be killed; "
            + "no_file: smart-agent has written no file for it.",
            "state", ReadState.All, drive => drive.State),

        Drives.Gauge("etcd_sentinel_disk_last_attempt_timestamp_seconds",
            "Unix time of the last attempt to read the drive. Absent until the first.",
            drive => drive.LastAttempt),

        Drives.Gauge("etcd_sentinel_disk_last_success_timestamp_seconds",
            "Unix time of the last successful SMART read of the drive. Its values are withdrawn three periods later. "
            + "Absent until the first.",
            drive => drive.LastSuccess),

        Drives.Gauge("etcd_sentinel_disk_read_duration_seconds",
            "Duration of the last run of smartctl for the drive. Absent until the first.",
            drive => drive.Took),

        Drives.Each<KeyValuePair<string, long>>(drive => drive.Reads, ["result"], read => [read.Key])
            .Counter("etcd_sentinel_disk_reads_total",
            "Attempts to read the drive, by resulting state.",
            read => read.Part.Value),

        Drives.Counter("etcd_sentinel_disk_polls_deferred_total",
            "Reads of the drive that were deferred because the node was already waiting for its disks.",
            drive => drive.Deferrals),

        Drives.Counter("etcd_sentinel_disk_identity_changes_total",
            "How often another drive was found under the same name.",
            drive => drive.IdentityChanges),

        Drives.Gauge("etcd_sentinel_disk_paths",
            "Number of paths to the same drive: several with multipath, or if it is also listed behind its controller.",
            drive => drive.Paths),

        Drives.Each<(string Bit, bool IsSet)>(drive => Bits(drive.ExitStatus), ["bit"], bit => [bit.Bit])
            .Gauge("etcd_sentinel_disk_smartctl_exit_bit",
            "1 if the bit was set in the exit status of the last run of smartctl, 0 if not. "
            + "Most bits do not mean a failure: use the other series. Absent if smartctl did not exit by itself.",
            bit => bit.Part.IsSet),
    ];

    private static ImmutableArray<MetricFamily<DrivesReading>> Verdicts() =>
    [
        Healths.Gauge("etcd_sentinel_disk_healthy",
            "1 if the drive itself reports that it is healthy, 0 if it is failing. 1 proves little. "
            + "An NVMe drive counts as failing on a critical warning, except spare and temperature, "
            + "and except reliability once endurance is used up. Absent if not reported.",
            drive => drive.Part.Passed),

        Healths.Each<(string When, int? Count)>(
                drive => [("now", drive.Part.FailingNow), ("past", drive.Part.FailedInThePast)],
                ["when"], item => [item.When])
            .Gauge("etcd_sentinel_disk_attributes_failing",
            "Attributes below their threshold. now: prefailure attributes that are below it; "
            + "past: any that ever were. Absent without attributes.",
            item => item.Part.Count),

        Healths.Each<(string Reason, bool IsSet)>(drive => Warnings(drive.Part), ["reason"], item => [item.Reason])
            .Gauge("etcd_sentinel_disk_critical_warning",
            "1 if the NVMe drive reports this critical warning, 0 if not. "
            + "Some set reliability only because endurance is used up. Absent on other drives.",
            item => item.Part.IsSet),

        Healths.Each<string>(drive => DriveHealth.DecodedFields, ["field"], field => [field])
            .Gauge("etcd_sentinel_disk_decode_problem",
            "1 if the drive reports an invalid value for the field, 0 if not. "
            + "The series of an invalid field is absent.",
            item => item.Of.Part.Undecodable.Contains(item.Part, StringComparer.Ordinal)),
    ];

    private static ImmutableArray<MetricFamily<DrivesReading>> Age() =>
    [
        Healths.Gauge("etcd_sentinel_disk_power_on_seconds",
            "Time that the drive has been running in its life. Not a counter: on some drives it wraps. "
            + "Absent if invalid.",
            drive => drive.Part.PowerOn),

        Drives.Each<Endurance>(
            drive => drive.Endurance is { } used ? [used] : [], ["source"], used => [used.Source])
            .Gauge("etcd_sentinel_disk_endurance_used_ratio",
            "Share of the drive's rated writes that is used up: 0 if new, 1 at the end of the rated life; "
            + "may exceed 1. source is the field it was read from; smartctl is a guess of smartctl. "
            + "Absent on spinning disks, and if the maker's encoding is unknown.",
            used => used.Part.UsedRatio),

        Healths.Gauge("etcd_sentinel_disk_spare_available_ratio",
            "Share of spare blocks left, 0 to 1. NVMe drives only.",
            drive => drive.Part.Spare),

        Healths.Gauge("etcd_sentinel_disk_spare_threshold_ratio",
            "Share of spare blocks below which the drive warns; 0 if it never does. NVMe drives only.",
            drive => drive.Part.SpareThreshold),

        Healths.Gauge("etcd_sentinel_disk_temperature_celsius",
            "Temperature of the drive. Absent without a sensor.",
            drive => drive.Part.Temperature),

        Healths.Gauge("etcd_sentinel_disk_temperature_limit_celsius",
            "Temperature above which the drive itself warns. Absent if it reports none.",
            drive => drive.Part.TemperatureLimit),

        Healths.Counter("etcd_sentinel_disk_warning_temperature_seconds_total",
            "Time that the NVMe drive was above its warning temperature, in steps of a minute. Absent on other drives.",
            drive => drive.Part.WarmSeconds),

        Healths.Counter("etcd_sentinel_disk_critical_temperature_seconds_total",
            "Time that the NVMe drive was above its critical temperature, in steps of a minute. "
            + "Absent on other drives.",
            drive => drive.Part.HotSeconds),

        Healths.Counter("etcd_sentinel_disk_power_cycles_total",
            "Number of times that the drive was switched on.",
            drive => drive.Part.PowerCycles),

        Healths.Counter("etcd_sentinel_disk_unsafe_shutdowns_total",
            "Number of times that the NVMe drive lost power without notice. Absent on other drives.",
            drive => drive.Part.UnsafeShutdowns),

        Healths.Counter("etcd_sentinel_disk_written_bytes_total",
            "Bytes written to the drive in its life. Absent if the maker's unit is unknown.",
            drive => drive.Part.WrittenBytes),
    ];

    private static ImmutableArray<MetricFamily<DrivesReading>> Errors() =>
    [
        Healths.Counter("etcd_sentinel_disk_command_timeouts_total",
            "Commands that timed out on the drive (attribute 188), decoded. "
            + "Healthy drives may have some: watch the increase. Absent if the drive does not count them.",
            drive => drive.Part.CommandTimeouts?.Total),

        Healths.Each<(string Threshold, double? Count)>(
            drive => Slow(drive.Part), ["threshold"], item => [item.Threshold])
            .Counter("etcd_sentinel_disk_slow_commands_total",
            "Commands that took longer than threshold. Only Seagate drives count them.",
            item => item.Part.Count),

        Healths.Counter("etcd_sentinel_disk_media_errors_total",
            "Media errors that the drive could not correct. NVMe and SAS drives only.",
            drive => drive.Part.MediaErrors),

        Healths.Counter("etcd_sentinel_disk_nonmedium_errors_total",
            "Errors of a SAS drive that do not concern its medium. Absent if smartctl does not report them as JSON.",
            drive => drive.Part.NonMediumErrors),

        Healths.Counter("etcd_sentinel_disk_reported_uncorrectable_total",
            "Uncorrectable errors that the drive reported to the host (attribute 187). SATA drives only.",
            drive => drive.Part.ReportedUncorrectable),

        Healths.Gauge("etcd_sentinel_disk_reallocated_sectors",
            "Sectors or blocks that the drive has replaced (attribute 5). SATA drives only.",
            drive => drive.Part.Reallocated),

        Healths.Gauge("etcd_sentinel_disk_pending_sectors",
            "Sectors that the drive cannot read at present (attribute 197; SAS: pending defects). "
            + "Absent on NVMe drives.",
            drive => drive.Part.Pending),

        Healths.Gauge("etcd_sentinel_disk_offline_uncorrectable_sectors",
            "Sectors that the drive found unreadable in its own scans (attribute 198). SATA drives only.",
            drive => drive.Part.OfflineUncorrectable),

        Healths.Gauge("etcd_sentinel_disk_grown_defects",
            "Entries of the grown defect list: defects since the drive was made. SAS drives only.",
            drive => drive.Part.GrownDefects),

        Healths.Counter("etcd_sentinel_disk_interface_crc_errors_total",
            "Transfers that arrived damaged (attribute 199); usually caused by the cable. SATA drives only.",
            drive => drive.Part.CrcErrors),

        Healths.Gauge("etcd_sentinel_disk_error_log_entries",
            "Entries in the drive's error log. On NVMe drives mostly harmless: do not alert on it.",
            drive => drive.Part.ErrorEntries),
    ];

    private static ImmutableArray<MetricFamily<DrivesReading>> Tests()
    {
        var tests = Healths.Each<(SelfTest Test, TimeSpan? Age)>(
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

    private static string[] Describe(DriveReading drive, DriveIdentity identity) =>
    [
        identity.Model,
        identity.Family,
        identity.WorldWideName is { Length: > 0 } name ? name
            : DriveIdentity.Spelled(drive.Drive.Disk?.WorldWideName ?? ""),
        identity.Firmware,
        identity.Protocol,
        identity.Serial,
        drive.Drive.Disk is null ? drive.Drive.Type ?? "" : "",
        Word(drive.IsRotational),
        Word(identity.IsInDatabase),
    ];

    private static string Word(bool? value) => value switch { true => "true", false => "false", null => "" };

    private static IEnumerable<(string Bit, bool IsSet)> Bits(int? status) =>
        status is { } bits ? ExitBits.Select((name, bit) => (name, (bits & (1 << bit)) != 0)) : [];

    private static IEnumerable<(string Reason, bool IsSet)> Warnings(DriveHealth health) =>
        health.CriticalWarnings is { } bits
            ? DriveHealth.WarningReasons.Select((name, bit) => (name, (bits & (1 << bit)) != 0))
            : [];

    private static IEnumerable<(string Threshold, double? Count)> Slow(DriveHealth health) =>
        [("5s", health.CommandTimeouts?.Over5Seconds), ("7.5s", health.CommandTimeouts?.Over7Seconds)];
}
