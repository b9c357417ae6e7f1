using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Metrics derived from the kernel's counters, for use without recording rules.</summary>
internal static class DiskLoadMetrics
{
    public static ImmutableArray<MetricFamily<StorageReading>> Loads(
        Subject<StorageReading, (RoleDisk Disk, DiskIo Io)> disks) =>
    [
        Load(disks, "etcd_sentinel_disk_utilisation_ratio",
            "Share of the time since the previous poll with at least one request in flight, 0 to 1. "
            + "A disk that serves requests in parallel is not saturated at 1. "
            + "Absent at the first poll, and after a counter wrapped; so are all that follow.",
            load => load.UtilisationRatio),

        Load(disks, "etcd_sentinel_disk_queue_length",
            "Mean number of requests in flight since the previous poll.",
            load => load.QueueLength),

        Load(disks, "etcd_sentinel_disk_read_await_seconds",
            "Mean time from request to completion of the reads since the previous poll. Absent without reads.",
            load => load.ReadAwaitSeconds),

        Load(disks, "etcd_sentinel_disk_write_await_seconds",
            "Mean time from request to completion of the writes since the previous poll. Absent without writes.",
            load => load.WriteAwaitSeconds),

        Load(disks, "etcd_sentinel_disk_flushes_per_second",
            "Flushes per second since the previous poll. Absent before Linux 5.5.",
            load => load.FlushesPerSecond),

        Load(disks, "etcd_sentinel_disk_flush_latency_seconds",
            "Mean duration of a flush since the previous poll; on a disk without a write cache, of a write. "
            + "It is not fsync: that also waits for the write before the flush, the file system's journal and a CPU; "
            + "10 to 20 times as long was measured. etcd's limit of 0.01 is for fsync: compare that with "
            + "etcd_disk_wal_fsync_duration_seconds, and this value with that of the same disk on a good day. "
            + "Absent without flushes.",
            load => load.FlushLatencySeconds),
    ];

    public static ImmutableArray<MetricFamily<StorageReading>> Pressure(
        Subject<StorageReading, StorageReading> reading) =>
    [
        reading.Counter("etcd_sentinel_io_pressure_waiting_seconds_total",
            "Time in which at least one task of the node waited for a disk. "
            + "Absent if the kernel does not measure it (PSI).",
            item => item.Pressure.Totals?.Waiting),

        reading.Counter("etcd_sentinel_io_pressure_stalled_seconds_total",
            "Time in which all non-idle tasks of the node waited for a disk. "
            + "Absent if the kernel does not measure it (PSI).",
            item => item.Pressure.Totals?.Stalled),

        reading.Gauge("etcd_sentinel_io_pressure_stalled_ratio",
            "Share of the time since the previous poll in which all non-idle tasks of the node waited for a disk, "
            + "0 to 1. Absent at the first poll, and if the kernel does not measure it (PSI).",
            item => item.Pressure.StalledRatio),
    ];

    private static MetricFamily<StorageReading> Load(
        Subject<StorageReading, (RoleDisk Disk, DiskIo Io)> disks, string name, string help,
        Func<DiskLoad, double?> value) =>
        disks.Gauge(name, help, pair => pair.Io.Load is { } load ? value(load) : null);
}
