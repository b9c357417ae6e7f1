using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>Metrics of the disks with a role: the kernel's counters, as node_exporter exposes them.</summary>
internal static class DiskIoMetrics
{
    private const double Milliseconds = 1000;

    private static readonly Subject<StorageReading, (RoleDisk Disk, DiskIo Io)> Disks = new(
        WithCounters, labels: ["device", "serial"], pair => [pair.Disk.Device, pair.Disk.Serial]);

    private static readonly Subject<StorageReading, StorageReading> Reading = new(
        reading => [reading], labels: [], _ => []);

    public static ImmutableArray<MetricFamily<StorageReading>> Families { get; } =
        [.. Requests(), .. Times(), .. State(), .. DiskLoadMetrics.Loads(Disks), .. DiskLoadMetrics.Pressure(Reading)];

    private static IEnumerable<(RoleDisk, DiskIo)> WithCounters(StorageReading reading) =>
        from disk in reading.Roles.Disks
        where reading.Io.ByDisk.ContainsKey(disk.Device)
        select (disk, reading.Io.ByDisk[disk.Device]);

    private static MetricFamily<StorageReading> Count(string name, string help, Func<DiskCounts, ulong?> count) =>
        Disks.Counter(name, help, pair => (double?)count(pair.Io.Counts));

    private static MetricFamily<StorageReading> Bytes(string name, string help, Func<DiskCounts, ulong> sectors) =>
        Disks.Counter(name, help, pair => (double)sectors(pair.Io.Counts) * DiskStats.SectorBytes);

    private static MetricFamily<StorageReading> Time(string name, string help, Func<DiskCounts, ulong?> milliseconds) =>
        Disks.Counter(name, help, pair => milliseconds(pair.Io.Counts) / Milliseconds);

    private static ImmutableArray<MetricFamily<StorageReading>> Requests() =>
    [
        Count("etcd_sentinel_disk_reads_completed_total",
            "Reads completed by the disk.",
            counts => counts.Reads),

        Bytes("etcd_sentinel_disk_io_read_bytes_total", "Bytes read from the disk.", counts => counts.SectorsRead),

        Count("etcd_sentinel_disk_writes_completed_total",
            "Writes completed by the disk.",
            counts => counts.Writes),

        Bytes("etcd_sentinel_disk_io_written_bytes_total", "Bytes written to the disk.",
            counts => counts.SectorsWritten),

        Count("etcd_sentinel_disk_flush_requests_total",
            "Flushes completed by the disk: each makes earlier writes durable. The kernel merges concurrent flushes. "
            + "Absent before Linux 5.5.",
            counts => counts.Flushes),
    ];

    private static ImmutableArray<MetricFamily<StorageReading>> Times() =>
    [
        Time("etcd_sentinel_disk_read_time_seconds_total",
            "Sum of the durations of all reads.",
            counts => counts.ReadMilliseconds),

        Time("etcd_sentinel_disk_write_time_seconds_total",
            "Sum of the durations of all writes.",
            counts => counts.WriteMilliseconds),

        Time("etcd_sentinel_disk_flush_requests_time_seconds_total",
            "Sum of the durations of all flushes. Absent before Linux 5.5.",
            counts => counts.FlushMilliseconds),

        Time("etcd_sentinel_disk_io_time_seconds_total",
            "Time with at least one request in flight. An approximation since Linux 5.0.",
            counts => counts.BusyMilliseconds),

        Time("etcd_sentinel_disk_io_time_weighted_seconds_total",
            "Sum of the durations of all requests; its rate is the mean queue length.",
            counts => counts.WeightedMilliseconds),
    ];

    private static ImmutableArray<MetricFamily<StorageReading>> State() =>
    [
        Disks.Gauge("etcd_sentinel_disk_io_now",
            "Requests in flight when the counters were read.",
            pair => (double?)pair.Io.Counts.Now),

        Disks.Gauge("etcd_sentinel_disk_write_cache_enabled",
            "1 if the kernel assumes a write cache that has to be flushed, "
            + "0 for write through: then it sends no flushes, and a write is durable when it completes. "
            + "Absent if sysfs does not report it.",
            pair => pair.Io.HasWriteCache),

        Reading.Gauge("etcd_sentinel_disk_counters_read_success",
            "1 if the kernel's counters of the disks could be read, 0 if not: then all series derived from them are "
            + "absent.",
            reading => reading.Io.Problem is null),
    ];
}
