using System.Globalization;
using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Storage;

/// <summary>The page of the real program about a folder on this machine's own disk.</summary>
public sealed class DataDirectoryPageTests : IDisposable
{
    private const string DiskOfEtcd = "etcd_sentinel_disk_role_info";

    private static readonly (string Ours, string Theirs)[] Counters =
    [
        ("etcd_sentinel_disk_reads_completed_total", "node_disk_reads_completed_total"),
        ("etcd_sentinel_disk_read_time_seconds_total", "node_disk_read_time_seconds_total"),
        ("etcd_sentinel_disk_io_read_bytes_total", "node_disk_read_bytes_total"),
        ("etcd_sentinel_disk_writes_completed_total", "node_disk_writes_completed_total"),
        ("etcd_sentinel_disk_write_time_seconds_total", "node_disk_write_time_seconds_total"),
        ("etcd_sentinel_disk_io_written_bytes_total", "node_disk_written_bytes_total"),
        ("etcd_sentinel_disk_io_time_seconds_total", "node_disk_io_time_seconds_total"),
        ("etcd_sentinel_disk_io_time_weighted_seconds_total", "node_disk_io_time_weighted_seconds_total"),
        ("etcd_sentinel_disk_flush_requests_total", "node_disk_flush_requests_total"),
        ("etcd_sentinel_disk_flush_requests_time_seconds_total", "node_disk_flush_requests_time_seconds_total"),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("data-dir-");

    [Fact]
    public async Task The_page_says_what_du_and_df_say()
    {
        WriteMember();
        await using var sentinel = await StartAsync();

        var page = await sentinel.WaitAsync(
            page => page.Has("etcd_sentinel_data_dir_bytes", "wal"), "the folder was looked at");

        var backend = Path.Combine(_folder.FullName, "member/snap/db");
        Assert.Equal(new FileInfo(backend).Length, page.Value("etcd_sentinel_data_dir_bytes", "backend"));
        Assert.Equal(
            await NumberAsync("du", "-B1", backend), page.Value("etcd_sentinel_data_dir_allocated_bytes", "backend"));
        Assert.Equal(2, page.Value("etcd_sentinel_data_dir_files", "wal"));
        Assert.Equal(
            await NumberAsync("df", "-B1", "--output=size", _folder.FullName),
            page.Value("etcd_sentinel_filesystem_size_bytes", "etcd_data"));
        Assert.Equal(1, page.Value("etcd_sentinel_data_dir_state", "etcd_data", "ok"));
        Assert.Equal(1, page.Value("etcd_sentinel_poll_success", "storage"));
    }

    [Fact]
    public async Task A_folder_that_comes_later_is_missing_until_then()
    {
        await using var sentinel = await StartAsync("missing");
        await sentinel.WaitAsync(
            page => page.Value("etcd_sentinel_data_dir_state", "etcd_data", "missing") is 1, "it is missing");

        Directory.CreateDirectory(Path.Combine(_folder.FullName, "missing"));
        var page = await sentinel.WaitAsync(
            page => page.Value("etcd_sentinel_data_dir_state", "etcd_data", "empty") is 1, "it is empty");

        Assert.True(page.Has("etcd_sentinel_filesystem_size_bytes", "etcd_data"));
        Assert.False(page.Has("etcd_sentinel_data_dir_bytes"));
    }

    [Fact]
    public async Task A_load_of_fsyncs_shows_on_the_page_and_as_node_exporter_shows_it()
    {
        Skip.If(NodeExporterProgram.Missing);
        Assert.SkipUnless(IsOnADisk(), "Needs a temporary folder on a disk with a write cache.");
        WriteMember();
        await using var exporter = await NodeExporter.StartAsync();
        await using var sentinel = await StartAsync();
        var before = await sentinel.WaitAsync(
            page => page.Has("etcd_sentinel_disk_utilisation_ratio"), "there were two polls");
        var disk = DiskOf(before);

        Fsync(times: 100);
        var theirs = await exporter.ScrapeAsync();
        var scraped = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        var after = await sentinel.WaitAsync(
            page =>
            {
                Fsync(times: 10);
                return page.Value("etcd_sentinel_poll_timestamp_seconds", "storage") > scraped
                    && page.Value("etcd_sentinel_disk_flushes_per_second", disk) > 0;
            },
            "there is a poll with flushes");

        Assert.All(Counters, counter => Assert.InRange(
            Math.Round(theirs.Value(counter.Theirs, disk) ?? double.NaN, 6),
            before.Value(counter.Ours, disk)!.Value, after.Value(counter.Ours, disk)!.Value));
        Assert.True(after.Value("etcd_sentinel_disk_flush_latency_seconds", disk) >= 0);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<double> NumberAsync(string program, params string[] arguments)
    {
        var lines = (await CleanProcess.RunAsync(program, arguments)).Trim().Split('\n');
        return double.Parse(lines[^1].Split('\t')[0], CultureInfo.InvariantCulture);
    }

    private static string DiskOf(Scrape page) => page.Samples
        .First(sample => sample.Series.StartsWith(DiskOfEtcd, StringComparison.Ordinal)
            && sample.Series.Contains("role=\"etcd_data\"", StringComparison.Ordinal))
        .Series.Split('"')[1];

    private static bool IsOnADisk()
    {
        var drive = DriveInfo.GetDrives()
            .Where(drive => Path.GetTempPath().StartsWith(drive.Name, StringComparison.Ordinal))
            .MaxBy(drive => drive.Name.Length);
        return drive?.DriveFormat is "ext4" or "ext3" or "xfs"
            && Directory.GetDirectories("/sys/block").Any(disk => Directory.Exists(Path.Combine(disk, "device"))
                && File.ReadAllText(Path.Combine(disk, "queue/write_cache"))
                    .StartsWith("write back", StringComparison.Ordinal));
    }

    private Task<Sentinel> StartAsync(string below = "") => Sentinel.StartAsync(
        _folder.FullName, $"--storage.data-dir={Path.Combine(_folder.FullName, below)}", "--storage.every=1s",
        "--storage.timeout=1s", "--drives.enabled=false", "--certificates.enabled=false");

    private void WriteMember()
    {
        foreach (var (path, length) in new[] { ("snap/db", 3 << 20), ("wal/0.wal", 1 << 20), ("wal/0.tmp", 1 << 20) })
        {
            var file = new FileInfo(Path.Combine(_folder.FullName, "member", path));
            file.Directory!.Create();
            using var stream = file.Create();
            stream.SetLength(length);
            stream.Write(new byte[8192]);
            stream.Flush(flushToDisk: true);
        }
    }

    private void Fsync(int times)
    {
        using var file = File.Open(Path.Combine(_folder.FullName, "member/wal/0.wal"), FileMode.Append);
        for (var one = 0; one < times; one++)
        {
            file.Write(new byte[4096]);
            file.Flush(flushToDisk: true);
        }
    }
}
