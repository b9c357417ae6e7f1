using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Tests.Etcd.Maintenance;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

public sealed class SmallestQuotaTests
{
    private const long Mebibyte = SomeCluster.Mebibyte;

    [Fact]
    public void The_smallest_quota_counts_where_a_member_has_none()
    {
        var cluster = SomeCluster.Of(leader: 1, 0, 0, 0)
            .WithState(2, state => state with { QuotaBytes = 500 * Mebibyte })
            .WithState(3, state => state with { QuotaBytes = null });

        Assert.Equal(500 * Mebibyte, QuotaLimits.Smallest(cluster));
        Assert.Equal(500 * Mebibyte, QuotaLimits.Of(cluster, cluster.Find(3)!));
        Assert.Equal(2048 * Mebibyte, QuotaLimits.Of(cluster, cluster.Find(1)!));
    }

    [Theory]
    [InlineData(25, true)]
    [InlineData(24, false)]
    public void A_fifth_of_free_pages_is_worth_a_defragmentation(long free, bool isToShrink)
    {
        var cluster = SomeCluster.Of(leader: 1, free);

        Assert.Equal(isToShrink, QuotaLimits.IsToShrink(cluster, cluster.Find(1)!));
    }

    [Fact]
    public void A_file_above_80_percent_of_its_quota_is_too_large()
    {
        var cluster = SomeCluster.Of(leader: 1, 0).WithState(1, state => state with { QuotaBytes = 124 * Mebibyte });

        Assert.True(QuotaLimits.IsToShrink(cluster, cluster.Find(1)!));
    }
}
