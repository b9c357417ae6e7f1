using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>Our numbers are node_exporter's: what it shows lies between what we read before and after.</summary>
public sealed class NodeExporterDiskTests
{
    private static readonly (string Theirs, Func<DiskCounts, double> Ours)[] Counters =
    [
        ("node_disk_reads_completed_total", counts => counts.Reads),
        ("node_disk_read_bytes_total", counts => (double)counts.SectorsRead * DiskStats.SectorBytes),
        ("node_disk_read_time_seconds_total", counts => counts.ReadMilliseconds / 1000.0),
        ("node_disk_writes_completed_total", counts => counts.Writes),
        ("node_disk_written_bytes_total", counts => (double)counts.SectorsWritten * DiskStats.SectorBytes),
        ("node_disk_write_time_seconds_total", counts => counts.WriteMilliseconds / 1000.0),
        ("node_disk_io_time_seconds_total", counts => counts.BusyMilliseconds / 1000.0),
        ("node_disk_io_time_weighted_seconds_total", counts => counts.WeightedMilliseconds / 1000.0),
        ("node_disk_flush_requests_total", counts => counts.Flushes!.Value),
        ("node_disk_flush_requests_time_seconds_total", counts => counts.FlushMilliseconds!.Value / 1000.0),
    ];

    private static readonly HostFiles Proc = new("/proc", TimeProvider.System);

    [Fact]
    public async Task Every_counter_of_every_disk_lies_between_ours()
    {
        var disks = new BlockDevices(new HostFiles("/sys", TimeProvider.System)).List().Select(disk => disk.Name)
            .ToArray();
        await using var exporter = await NodeExporter.StartAsync();

        var before = DiskStats.Read(Proc, [.. disks]);
        Fsync();
        var page = await exporter.ScrapeAsync();
        Fsync();
        var after = DiskStats.Read(Proc, [.. disks]);

        Assert.NotEmpty(before);
        foreach (var (disk, counts) in before)
        {
            Assert.All(Counters, counter => Assert.InRange(
                Theirs(page, counter.Theirs, disk), counter.Ours(counts), counter.Ours(after[disk])));
        }
    }

    [Fact]
    public async Task The_pressure_lies_between_ours()
    {
        await using var exporter = await NodeExporter.StartAsync();

        var before = IoPressure.ReadAll(Proc)!;
        var page = await exporter.ScrapeAsync();
        var after = IoPressure.ReadAll(Proc)!;

        Assert.InRange(
            Theirs(page, "node_pressure_io_waiting_seconds_total"),
            before.Waiting!.Value.TotalSeconds, after.Waiting!.Value.TotalSeconds);
        Assert.InRange(
            Theirs(page, "node_pressure_io_stalled_seconds_total"),
            before.Stalled!.Value.TotalSeconds, after.Stalled!.Value.TotalSeconds);
    }

    [Fact]
    public async Task The_room_of_the_root_is_theirs()
    {
        await using var exporter = await NodeExporter.StartAsync();

        var before = FileSystemSpace.Read("/")!;
        var page = await exporter.ScrapeAsync();
        var after = FileSystemSpace.Read("/")!;

        Assert.Equal(before.SizeBytes, page.Value("node_filesystem_size_bytes", "/"));
        Assert.Equal(before.Files, page.Value("node_filesystem_files", "/"));
        // Others write and delete meanwhile.
        const double slack = 256 << 20;
        Assert.InRange(
            Theirs(page, "node_filesystem_avail_bytes", "/"),
            Math.Min(before.AvailableBytes, after.AvailableBytes) - slack,
            Math.Max(before.AvailableBytes, after.AvailableBytes) + slack);
    }

    // It multiplies where we divide: the last digit of a double differs.
    private static double Theirs(Scrape page, string name, params string[] labels) =>
        Math.Round(page.Value(name, labels) ?? double.NaN, 6);

    private static void Fsync()
    {
        var path = Path.GetTempFileName();
        using (var file = File.OpenWrite(path))
        {
            file.Write(new byte[4096]);
            file.Flush(flushToDisk: true);
        }
        File.Delete(path);
    }
}
