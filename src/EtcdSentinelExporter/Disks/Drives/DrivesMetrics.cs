using System.Collections.Immutable;
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

    // Values are there only while they are fresh; what a drive is stays.
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
            "What the drive is; always 1. Kept while the drive is silent, absent until it has answered once. "
            + "bus_device is its address behind a controller; "
            + "smart_serial is the serial number that the drive itself tells.",
            ["model", "family", "wwn", "firmware", "protocol", "smart_serial", "bus_device", "rotational",
                "in_database"],
            drive => drive.Identity is { } identity ? Describe(drive.Drive, identity) : null),

        Drives.State("etcd_sentinel_disk_read_state",
            "What came of the latest attempt to read the drive: 1 for its state, 0 for the others. "
            + "waiting: not asked yet; hung: smartctl cannot be killed; "
            + "no_file: smart-agent has written nothing about it.",
            "state", ReadState.All, drive => drive.State),

        Drives.Gauge("etcd_sentinel_disk_last_attempt_timestamp_seconds",
            "When the drive was asked last, as Unix time. Absent until it was.",
            drive => drive.LastAttempt),

        Drives.Gauge("etcd_sentinel_disk_last_success_timestamp_seconds",
            "When the drive told its health last, as Unix time. Its values are withdrawn three periods later. "
            + "Absent until it did.",
            drive => drive.LastSuccess),

        Drives.Gauge("etcd_sentinel_disk_read_duration_seconds",
            "Time that the last run of smartctl for the drive took. Absent until there was one.",
            drive => drive.Took),

        Drives.Each<KeyValuePair<string, long>>(drive => drive.Reads, ["result"], read => [read.Key])
            .Counter("etcd_sentinel_disk_reads_total",
            "Attempts to read the drive, by the state that they led to.",
            read => read.Part.Value),

        Drives.Counter("etcd_sentinel_disk_polls_deferred_total",
            "Readings of the drive that were put off because the node waited for its disks already.",
            drive => drive.Deferrals),

        Drives.Counter("etcd_sentinel_disk_identity_changes_total",
            "How often another drive was found under the same name.",
            drive => drive.IdentityChanges),

        Drives.Gauge("etcd_sentinel_disk_paths",
            "In how many ways the same drive is seen: several with multipath, or beside its controller.",
            drive => drive.Paths),

        Drives.Each<(string Bit, bool IsSet)>(drive => Bits(drive.ExitStatus), ["bit"], bit => [bit.Bit])
            .Gauge("etcd_sentinel_disk_smartctl_exit_bit",
            "Whether the bit was set in the exit status of the last run of smartctl (1) or not (0). "
            + "Most do not mean a failure: judge by the other series. Absent where smartctl did not end by itself.",
            bit => bit.Part.IsSet),
    ];

    private static ImmutableArray<MetricFamily<DrivesReading>> Verdicts() =>
    [
        Healths.Gauge("etcd_sentinel_disk_healthy",
            "Whether the drive itself says that it is well (1) or that it is failing (0). 1 proves little. "
            + "An NVMe drive is failing while it gives a critical warning other than of spare blocks, temperature, "
            + "or of reliability when its endurance is used up. Absent where it says neither.",
            drive => drive.Part.Passed),

        Healths.Each<(string When, int? Count)>(
                drive => [("now", drive.Part.FailingNow), ("past", drive.Part.FailedInThePast)],
                ["when"], one => [one.When])
            .Gauge("etcd_sentinel_disk_attributes_failing",
            "Attributes below their threshold: now, those that foretell a failure; past, any that ever was. "
            + "Absent without attributes.",
            one => one.Part.Count),

        Healths.Each<(string Reason, bool IsSet)>(drive => Warnings(drive.Part), ["reason"], one => [one.Reason])
            .Gauge("etcd_sentinel_disk_critical_warning",
            "Whether the NVMe drive gives this critical warning (1) or not (0). "
            + "Some set reliability only because endurance is used up. Absent on other drives.",
            one => one.Part.IsSet),

        Healths.Each<string>(drive => DriveHealth.DecodedFields, ["field"], field => [field])
            .Gauge("etcd_sentinel_disk_decode_problem",
            "Whether the drive tells the field in a form that makes no sense (1) or not (0): "
            + "its series is absent then.",
            one => one.Of.Part.Undecodable.Contains(one.Part, StringComparer.Ordinal)),
    ];

    private static ImmutableArray<MetricFamily<DrivesReading>> Age() =>
    [
        Healths.Gauge("etcd_sentinel_disk_power_on_seconds",
            "How long the drive has been running in its life. Not a counter: with some drives it wraps. "
            + "Absent where it makes no sense.",
            drive => drive.Part.PowerOn),

        Healths.Each<Endurance>(
            drive => drive.Part.Endurance is { } used ? [used] : [], ["source"], used => [used.Source])
            .Gauge("etcd_sentinel_disk_endurance_used_ratio",
            "Share of the drive's rated writes that is used up: 0 is new, 1 the end of what the maker promises, "
            + "and it may go on. source says where it was read. "
            + "Absent on spinning disks, and where the maker's encoding is not known.",
            used => used.Part.UsedRatio),

        Healths.Gauge("etcd_sentinel_disk_spare_available_ratio",
            "Spare blocks that are left: 1 is all of them. Absent on other than NVMe drives.",
            drive => drive.Part.Spare),

        Healths.Gauge("etcd_sentinel_disk_spare_threshold_ratio",
            "Spare blocks below which the drive warns; 0 where it never does. Absent on other than NVMe drives.",
            drive => drive.Part.SpareThreshold),

        Healths.Gauge("etcd_sentinel_disk_temperature_celsius",
            "Temperature of the drive. Absent where it has no sensor.",
            drive => drive.Part.Temperature),

        Healths.Gauge("etcd_sentinel_disk_temperature_limit_celsius",
            "Temperature above which the drive itself warns. Absent where it tells none.",
            drive => drive.Part.TemperatureLimit),

        Healths.Counter("etcd_sentinel_disk_power_cycles_total",
            "How often the drive was switched on.",
            drive => drive.Part.PowerCycles),

        Healths.Counter("etcd_sentinel_disk_unsafe_shutdowns_total",
            "How often the NVMe drive lost power without notice. Absent on other drives.",
            drive => drive.Part.UnsafeShutdowns),

        Healths.Counter("etcd_sentinel_disk_written_bytes_total",
            "Bytes that were written to the drive in its life. Absent where the maker's unit is not known.",
            drive => drive.Part.WrittenBytes),
    ];

    private static ImmutableArray<MetricFamily<DrivesReading>> Errors() =>
    [
        Healths.Counter("etcd_sentinel_disk_command_timeouts_total",
            "Commands that the drive did not finish in time (attribute 188), decoded. "
            + "Healthy drives may have some: watch the increase. Absent where the drive does not count them.",
            drive => drive.Part.CommandTimeouts?.Total),

        Healths.Each<(string Threshold, double? Count)>(
            drive => Slow(drive.Part), ["threshold"], one => [one.Threshold])
            .Counter("etcd_sentinel_disk_slow_commands_total",
            "Commands that took the drive longer than threshold. Only Seagate's drives count them.",
            one => one.Part.Count),

        Healths.Counter("etcd_sentinel_disk_media_errors_total",
            "Errors of the medium that the drive could not correct. NVMe and SAS drives only.",
            drive => drive.Part.MediaErrors),

        Healths.Counter("etcd_sentinel_disk_reported_uncorrectable_total",
            "Errors that the drive could not correct and told the host (attribute 187). SATA drives only.",
            drive => drive.Part.ReportedUncorrectable),

        Healths.Gauge("etcd_sentinel_disk_reallocated_sectors",
            "Sectors or blocks that the drive has replaced (attribute 5). SATA drives only.",
            drive => drive.Part.Reallocated),

        Healths.Gauge("etcd_sentinel_disk_pending_sectors",
            "Sectors that the drive cannot read at present (attribute 197). SATA drives only.",
            drive => drive.Part.Pending),

        Healths.Gauge("etcd_sentinel_disk_offline_uncorrectable_sectors",
            "Sectors that the drive found unreadable by itself (attribute 198). SATA drives only.",
            drive => drive.Part.OfflineUncorrectable),

        Healths.Gauge("etcd_sentinel_disk_grown_defects",
            "Entries of the list of defects that have come up since the drive was made. SAS drives only.",
            drive => drive.Part.GrownDefects),

        Healths.Counter("etcd_sentinel_disk_interface_crc_errors_total",
            "Transfers that arrived damaged (attribute 199): mostly the cable. SATA drives only.",
            drive => drive.Part.CrcErrors),

        Healths.Gauge("etcd_sentinel_disk_error_log_entries",
            "Errors that the drive has written down. With NVMe drives mostly harmless: never alert on it.",
            drive => drive.Part.ErrorEntries),
    ];

    private static ImmutableArray<MetricFamily<DrivesReading>> Tests()
    {
        var tests = Healths.Each<(SelfTest Test, TimeSpan? Age)>(
            drive => drive.Part.SelfTests, ["kind"], test => [test.Test.Kind]);
        return
        [
            tests.Gauge("etcd_sentinel_disk_self_test_last_passed",
                "Whether the last self-test of this kind that ran to its end passed (1) or failed (0). "
                + "Absent where there was none.",
                test => test.Part.Test.Passed),

            tests.Gauge("etcd_sentinel_disk_self_test_age_seconds",
                "How long the drive has been running since that test; wraps of the drive's 16-bit clock are undone. "
                + "Absent where the drive does not tell.",
                test => test.Part.Age),
        ];
    }

    private static ImmutableArray<MetricFamily<DrivesReading>> Listing() =>
    [
        Scan.Gauge("etcd_sentinel_disk_scan_success",
            "Whether the node's drives could be listed in the last poll (1), or the old list is kept (0).",
            reading => reading.ScanProblem is null),

        Scan.Each<KeyValuePair<string, int>>(
            reading => reading.Folder is { } folder ? folder.Files : [], ["problem"], one => [one.Key])
            .Gauge("etcd_sentinel_disk_folder_files_unusable",
            "Files in drives.folder that are not used, by what is wrong with them. "
            + "Absent where smartctl is run directly.",
            one => one.Part.Value),
    ];

    private static string[] Describe(Drive drive, DriveIdentity identity) =>
    [
        identity.Model,
        identity.Family,
        identity.WorldWideName is { Length: > 0 } name ? name : drive.Disk?.WorldWideName ?? "",
        identity.Firmware,
        identity.Protocol,
        identity.Serial,
        drive.Disk is null ? drive.Type ?? "" : "",
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
