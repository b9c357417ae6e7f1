using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Metrics of how each drive was read, and which drive it is.</summary>
internal static class DriveReadMetrics
{
    private static readonly ImmutableArray<string> ExitBits =
    [
        "command_line", "open", "command_failed", "failing", "prefail_below_threshold", "threshold_past", "error_log",
        "self_test_log",
    ];

    public static ImmutableArray<MetricFamily<DrivesReading>> Families(
        Subject<DrivesReading, DriveReading> drives) =>
    [
        drives.Info("etcd_sentinel_disk_info",
            "Identity of the drive; always 1. Kept while reads fail; absent until the first successful read. "
            + "bus_device is its address behind a controller; "
            + "smart_serial is the serial number that the drive itself reports.",
            ["model", "family", "wwn", "firmware", "protocol", "smart_serial", "bus_device", "rotational",
                "in_database"],
            drive => drive.Identity is { } identity ? Describe(drive, identity) : null),

        drives.State("etcd_sentinel_disk_read_state",
            "State of the latest attempt to read the drive: 1 for its state, 0 for the others. "
            + "waiting: not read yet; failed: it has SMART, but its health cannot be read; "
            + "hung: smartctl cannot be killed; "
            + "no_file: smart-agent has written no file for it.",
            "state", ReadState.All, drive => drive.State),

        drives.Gauge("etcd_sentinel_disk_last_attempt_timestamp_seconds",
            "Unix time of the last attempt to read the drive. Absent until the first.",
            drive => drive.LastAttempt),

        drives.Gauge("etcd_sentinel_disk_last_success_timestamp_seconds",
            "Unix time of the last successful SMART read of the drive. Its values are withdrawn three periods later. "
            + "Absent until the first.",
            drive => drive.LastSuccess),

        drives.Gauge("etcd_sentinel_disk_read_duration_seconds",
            "Duration of the last run of smartctl for the drive. Absent until the first.",
            drive => drive.Took),

        drives.Each<KeyValuePair<string, long>>(drive => drive.Reads, ["result"], read => [read.Key])
            .Counter("etcd_sentinel_disk_reads_total",
            "Attempts to read the drive, by resulting state.",
            read => read.Part.Value),

        drives.Counter("etcd_sentinel_disk_polls_deferred_total",
            "Reads of the drive that were deferred because the node was already waiting for its disks.",
            drive => drive.Deferrals),

        drives.Counter("etcd_sentinel_disk_identity_changes_total",
            "How often another drive was found under the same name.",
            drive => drive.IdentityChanges),

        drives.Gauge("etcd_sentinel_disk_paths",
            "Number of paths to the same drive: several with multipath, or if it is also listed behind its controller.",
            drive => drive.Paths),

        drives.Each<(string Bit, bool IsSet)>(drive => Bits(drive.ExitStatus), ["bit"], bit => [bit.Bit])
            .Gauge("etcd_sentinel_disk_smartctl_exit_bit",
            "1 if the bit was set in the exit status of the last run of smartctl, 0 if not. "
            + "Most bits do not mean a failure: use the other series. Absent if smartctl did not exit by itself.",
            bit => bit.Part.IsSet),
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
}
