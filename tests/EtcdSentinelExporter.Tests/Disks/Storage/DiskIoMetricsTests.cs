using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Disks.Storage;

public sealed class DiskIoMetricsTests
{
    [Fact]
    public void A_disk_with_a_role_is_told_once_and_one_without_is_not()
    {
        var reading = IoOf.Reading(new(IoOf.Counts, HasWriteCache: true, IoOf.Load)) with
        {
            Pressure = new(
                0, new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), StalledRatio: 0.9), StalledRatio: 0.1),
        };

        Golden.Match(DiskIoMetrics.Families.Text(reading), "a-disk-that-etcd-shares-with-the-root.txt");
    }

    [Fact]
    public void What_is_not_known_is_absent()
    {
        var older = IoOf.Counts with { Flushes = null, FlushMilliseconds = null };

        var text = DiskIoMetrics.Families.Text(IoOf.Reading(new(older, HasWriteCache: null, Load: null)));

        Assert.Contains("etcd_sentinel_disk_reads_completed_total{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("etcd_sentinel_disk_flush_requests_total{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("etcd_sentinel_disk_write_cache_enabled{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("etcd_sentinel_disk_utilisation_ratio{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\netcd_sentinel_io_pressure_", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_to_read_the_counters_is_a_number_itself()
    {
        var reading = new StorageReading(IoOf.Now, IoOf.Roles()) { Io = DiskIoReading.Empty with { Problem = "gone" } };

        var text = DiskIoMetrics.Families.Text(reading);

        Assert.Contains("\netcd_sentinel_disk_counters_read_success 0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("device=", text, StringComparison.Ordinal);
    }
}
