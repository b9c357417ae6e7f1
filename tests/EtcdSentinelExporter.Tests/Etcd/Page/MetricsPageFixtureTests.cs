using EtcdSentinelExporter.Etcd.Page;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Page;

/// <summary>Pages that real etcd members printed, soon after they were started.</summary>
public class MetricsPageFixtureTests
{
    private static readonly HashSet<string> Wanted = new(StringComparer.Ordinal)
    {
        "etcd_server_quota_backend_bytes",
        "etcd_mvcc_db_total_size_in_bytes",
        "etcd_mvcc_db_total_size_in_use_in_bytes",
        "etcd_disk_defrag_inflight",
        "etcd_debugging_mvcc_compact_revision",
        "etcd_debugging_mvcc_current_revision",
        "etcd_disk_wal_fsync_duration_seconds",
        "etcd_server_version",
        "process_open_fds",
    };

    [Theory]
    [InlineData("etcd-3.4.txt", "3.4.23", 13, 31)]
    [InlineData("etcd-3.5.16.txt", "3.5.16", 9, 26)]
    [InlineData("etcd-3.5.30.txt", "3.5.30", 8, 26)]
    [InlineData("etcd-3.6.txt", "3.6.14", 9, 29)]
    [InlineData("etcd-3.7.txt", "3.7.1", 8, 27)]
    public async Task A_recorded_page_reads_as_etcd_meant_it(
        string file, string version, double flushes, double openFiles)
    {
        await using var stream = File.OpenRead(
            Path.Combine(Repo.Root, "tests/EtcdSentinelExporter.Tests/Fixtures/metrics", file));

        var page = await MetricsPageReader.ReadAsync(stream, Wanted, CancellationToken.None);

        Assert.Equal(2147483648, page.Value("etcd_server_quota_backend_bytes"));
        Assert.Equal(20480, page.Value("etcd_mvcc_db_total_size_in_bytes"));
        Assert.Equal(16384, page.Value("etcd_mvcc_db_total_size_in_use_in_bytes"));
        Assert.Equal(0, page.Value("etcd_disk_defrag_inflight"));
        Assert.Equal(-1, page.Value("etcd_debugging_mvcc_compact_revision"));
        Assert.Equal(2, page.Value("etcd_debugging_mvcc_current_revision"));
        Assert.Equal(openFiles, page.Value("process_open_fds"));
        Assert.Equal(flushes, page.Value("etcd_disk_wal_fsync_duration_seconds_count"));
        Assert.Equal(flushes, page.Of("etcd_disk_wal_fsync_duration_seconds_bucket").Last().Value);
        Assert.Equal(version, Assert.Single(page.Of("etcd_server_version")).Labels["server_version"]);
        Assert.Null(page.Value("etcd_mvcc_put_total"));
    }
}
