using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Tests.Etcd.Maintenance;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

public sealed class CompactionTargetsTests
{
    [Theory]
    [InlineData(50_000, 30_000L, new long[] { 30_000, 40_000, 50_000 })]
    [InlineData(50_000, 45_000L, new long[] { 40_000, 45_000, 50_000 })]
    [InlineData(50_000, null, new long[] { 40_000, 50_000 })]
    [InlineData(50_000, 60_000L, new long[] { 40_000, 50_000 })]
    [InlineData(9_000, null, new long[] { 9_000 })]
    public void The_newest_revision_is_the_last_resort(long newest, long? ofApiServer, long[] targets)
    {
        var cluster = SomeCluster.Of(leader: 1, 0, 0);
        cluster = cluster.WithState(1, state => state with { Revision = newest })
            .WithState(2, state => state with { Revision = newest + 5 });

        Assert.Equal(targets, CompactionTargets.Of(cluster, ofApiServer));
    }

    [Fact]
    public void Members_that_applied_the_same_and_differ_are_named()
    {
        var cluster = SomeCluster.Of(leader: 1, 0, 0, 0).WithState(3, state => state with { Revision = 999 });

        Assert.Equal("cp-3", CompactionTargets.Differing(cluster)?.Other.Title);
        Assert.Null(CompactionTargets.Differing(cluster.WithState(3, state => state with { AppliedIndex = 4999 })));
    }
}
