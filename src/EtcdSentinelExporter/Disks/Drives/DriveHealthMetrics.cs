using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Metrics of what a drive reports of itself as a whole: its verdict, wear, age and temperature.</summary>
internal static class DriveHealthMetrics
{
    public static ImmutableArray<MetricFamily<DrivesReading>> Verdicts(
        Subject<DrivesReading, (DriveReading Of, DriveHealth Part)> healths) =>
    [
        healths.Gauge("etcd_sentinel_disk_healthy",
            "1 if the drive itself reports that it is healthy, 0 if it is failing. 1 proves little. "
            + "An NVMe drive counts as failing on a critical warning, except spare and temperature, "
            + "and except reliability once endurance is used up. Absent if not reported.",
            drive => drive.Part.Passed),

        healths.Each<(string When, int? Count)>(
                drive => [("now", drive.Part.FailingNow), ("past", drive.Part.FailedInThePast)],
                ["when"], item => [item.When])
            .Gauge("etcd_sentinel_disk_attributes_failing",
            "Attributes below their threshold. now: prefailure attributes that are below it; "
            + "past: any that ever were. Absent without attributes.",
            item => item.Part.Count),

        healths.Each<(string Reason, bool IsSet)>(drive => Warnings(drive.Part), ["reason"], item => [item.Reason])
            .Gauge("etcd_sentinel_disk_critical_warning",
            "1 if the NVMe drive reports this critical warning, 0 if not. "
            + "Some set reliability only because endurance is used up. Absent on other drives.",
            item => item.Part.IsSet),

        healths.Each<string>(drive => DriveHealth.DecodedFields, ["field"], field => [field])
            .Gauge("etcd_sentinel_disk_decode_problem",
            "1 if the drive reports an invalid value for the field, 0 if not. "
            + "The series of an invalid field is absent.",
            item => item.Of.Part.Undecodable.Contains(item.Part, StringComparer.Ordinal)),
    ];

    public static ImmutableArray<MetricFamily<DrivesReading>> Age(
        Subject<DrivesReading, DriveReading> drives,
        Subject<DrivesReading, (DriveReading Of, DriveHealth Part)> healths) =>
    [
        healths.Gauge("etcd_sentinel_disk_power_on_seconds",
            "Time that the drive has been running in its life. Not a counter: on some drives it wraps. "
            + "Absent if invalid.",
            drive => drive.Part.PowerOn),

        drives.Each<Endurance>(
            drive => drive.Endurance is { } used ? [used] : [], ["source"], used => [used.Source])
            .Gauge("etcd_sentinel_disk_endurance_used_ratio",
            "Share of the drive's rated writes that is used up: 0 if new, 1 at the end of the rated life; "
            + "may exceed 1. source is the field it was read from; smartctl is a guess of smartctl. "
            + "Absent on spinning disks, and if the maker's encoding is unknown.",
            used => used.Part.UsedRatio),

        healths.Gauge("etcd_sentinel_disk_spare_available_ratio",
            "Share of spare blocks left, 0 to 1. NVMe drives only.",
            drive => drive.Part.Spare),

        healths.Gauge("etcd_sentinel_disk_spare_threshold_ratio",
            "Share of spare blocks below which the drive warns; 0 if it never does. NVMe drives only.",
            drive => drive.Part.SpareThreshold),

        healths.Gauge("etcd_sentinel_disk_temperature_celsius",
            "Temperature of the drive. Absent without a sensor.",
            drive => drive.Part.Temperature),

        healths.Gauge("etcd_sentinel_disk_temperature_limit_celsius",
            "Temperature above which the drive itself warns. Absent if it reports none.",
            drive => drive.Part.TemperatureLimit),

        healths.Counter("etcd_sentinel_disk_warning_temperature_seconds_total",
            "Time that the NVMe drive was above its warning temperature, in steps of a minute. Absent on other drives.",
            drive => drive.Part.WarmSeconds),

        healths.Counter("etcd_sentinel_disk_critical_temperature_seconds_total",
            "Time that the NVMe drive was above its critical temperature, in steps of a minute. "
            + "Absent on other drives.",
            drive => drive.Part.HotSeconds),

        healths.Counter("etcd_sentinel_disk_power_cycles_total",
            "Number of times that the drive was switched on.",
            drive => drive.Part.PowerCycles),

        healths.Counter("etcd_sentinel_disk_unsafe_shutdowns_total",
            "Number of times that the NVMe drive lost power without notice. Absent on other drives.",
            drive => drive.Part.UnsafeShutdowns),

        healths.Counter("etcd_sentinel_disk_written_bytes_total",
            "Bytes written to the drive in its life. Absent if the maker's unit is unknown.",
            drive => drive.Part.WrittenBytes),
    ];

    private static IEnumerable<(string Reason, bool IsSet)> Warnings(DriveHealth health) =>
        health.CriticalWarnings is { } bits
            ? DriveHealth.WarningReasons.Select((name, bit) => (name, (bits & (1 << bit)) != 0))
            : [];
}
