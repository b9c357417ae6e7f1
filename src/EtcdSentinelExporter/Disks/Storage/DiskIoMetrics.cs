using System.Collections.Immutable;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Disks.Storage;

/// <summary>What the disks with a role do: the kernel's own counters, as node_exporter shows them, and what follows
/// from them for those who have no rules.</summary>
internal static class DiskIoMetrics
{
    private const double Milliseconds = 1000;

    private static readonly Subject<StorageReading, (RoleDisk Disk, DiskIo Io)> Disks = new(
        WithCounters, labels: ["device", "serial"], pair => [pair.Disk.Device, pair.Disk.Serial]);

    private static readonly Subject<StorageReading, StorageReading> Reading = new(
        reading => [reading], labels: [], _ => []);

    public static ImmutableArray<MetricFamily<StorageReading>> Families { get; } =
        [.. Requests(), .. Times(), .. State(), .. Loads(), .. Pressure()];

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

    private static MetricFamily<StorageReading> Load(string name, string help, Func<DiskLoad, double?> value) =>
        Disks.Gauge(name, help, pair => pair.Io.Load is { } load ? value(load) : null);

    private static ImmutableArray<MetricFamily<StorageReading>> Requests() =>
    [
        Count("etcd_sentinel_disk_reads_completed_total", "Reads that the disk has completed.", counts => counts.Reads),

        Bytes("etcd_sentinel_disk_io_read_bytes_total", "Bytes read from the disk.", counts => counts.SectorsRead),

        Count("etcd_sentinel_disk_writes_completed_total", "Writes that the disk has completed.",
            counts => counts.Writes),

        Bytes("etcd_sentinel_disk_io_written_bytes_total", "Bytes written to the disk.",
            counts => counts.SectorsWritten),

        Count("etcd_sentinel_disk_flush_requests_total",
            "Flushes that the disk has completed: each makes what was written before it durable. The kernel merges "
            + "those that come together. Absent before Linux 5.5.",
            counts => counts.Flushes),
    ];

    private static ImmutableArray<MetricFamily<StorageReading>> Times() =>
    [
        Time("etcd_sentinel_disk_read_time_seconds_total", "Time that all reads took, each for itself.",
            counts => counts.ReadMilliseconds),

        Time("etcd_sentinel_disk_write_time_seconds_total", "Time that all writes took, each for itself.",
            counts => counts.WriteMilliseconds),

        Time("etcd_sentinel_disk_flush_requests_time_seconds_total",
            "Time that all flushes took, each for itself. Absent before Linux 5.5.",
            counts => counts.FlushMilliseconds),

        Time("etcd_sentinel_disk_io_time_seconds_total",
            "Time in which at least one request was under way. An approximation since Linux 5.0.",
            counts => counts.BusyMilliseconds),

        Time("etcd_sentinel_disk_io_time_weighted_seconds_total",
            "Time that all requests took together; its rate is the mean length of the queue.",
            counts => counts.WeightedMilliseconds),
    ];

    private static ImmutableArray<MetricFamily<StorageReading>> State() =>
    [
        Disks.Gauge("etcd_sentinel_disk_io_now", "Requests under way when the counters were read.",
            pair => (double?)pair.Io.Counts.Now),

        Disks.Gauge("etcd_sentinel_disk_write_cache_enabled",
            "Whether the kernel takes the disk for one with a write cache that has to be flushed (1), or for write "
            + "through (0): then it sends no flushes, and a write is durable when it ends. Absent where sysfs does not "
            + "say.",
            pair => pair.Io.HasWriteCache),

        Reading.Gauge("etcd_sentinel_disk_counters_read_success",
            "Whether the kernel's counters of the disks could be read (1) or not (0): then all series made "
            + "of them are absent.",
            reading => reading.Io.Problem is null),
    ];

    private static ImmutableArray<MetricFamily<StorageReading>> Loads() =>
    [
        Load("etcd_sentinel_disk_utilisation_ratio",
            "Share of the time since the poll before in which at least one request was under way. A disk that serves "
            + "many at once is not at its end at 1. Absent at the first poll, and after a counter began again at 0; so "
            + "are all that follow.",
            load => load.UtilisationRatio),

        Load("etcd_sentinel_disk_queue_length", "Requests under way since the poll before, in the mean.",
            load => load.QueueLength),

        Load("etcd_sentinel_disk_read_await_seconds",
            "Time from the request to its end of the reads since the poll before, in the mean. Absent "
            + "where there were none.",
            load => load.ReadAwaitSeconds),

        Load("etcd_sentinel_disk_write_await_seconds",
            "Time from the request to its end of the writes since the poll before, in the mean. Absent "
            + "where there were none.",
            load => load.WriteAwaitSeconds),

        Load("etcd_sentinel_disk_flushes_per_second", "Flushes since the poll before. Absent before Linux 5.5.",
            load => load.FlushesPerSecond),

        Load("etcd_sentinel_disk_flush_latency_seconds",
            "Time that a flush took since the poll before, in the mean; on a disk without a write cache that of a "
            + "write. Below 0.01 is healthy for etcd. Absent where nothing was flushed.",
            load => load.FlushLatencySeconds),
    ];

    private static ImmutableArray<MetricFamily<StorageReading>> Pressure() =>
    [
        Reading.Counter("etcd_sentinel_io_pressure_waiting_seconds_total",
            "Time in which at least one task of the node waited for a disk. Absent where the kernel does "
            + "not measure it (PSI).",
            reading => reading.Pressure.Totals?.Waiting),

        Reading.Counter("etcd_sentinel_io_pressure_stalled_seconds_total",
            "Time in which all tasks of the node that had work waited for a disk. Absent as the one above.",
            reading => reading.Pressure.Totals?.Stalled),

        Reading.Gauge("etcd_sentinel_io_pressure_stalled_ratio",
            "Share of the time since the poll before in which all tasks of the node that had work waited for a disk. "
            + "Absent at the first poll too.",
            reading => reading.Pressure.StalledRatio),
    ];
}
