using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Tests.Etcd.Maintenance;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

/// <summary>Sizes that stop a recovery.</summary>
public sealed class RecoveryGuardTests
{
    private const long Mebibyte = SomeCluster.Mebibyte;

    private static readonly ClusterFacts Healthy = SomeCluster.Of(1, 10, 10, 10);

    // 80 % of 2 GiB are 1638.4 MiB.
    private static readonly ClusterFacts Full = Healthy.WithState(
        2, state => state with { DbBytes = 2000 * Mebibyte, InUseBytes = 1639 * Mebibyte });

    [Fact]
    public void More_than_80_percent_in_use_stops_it_and_a_member_that_is_not_counted_yet_does_not()
    {
        RecoveryGuard.CheckInUse(Healthy, Healthy.Members);
        RecoveryGuard.CheckInUse(Full, [Full.Find(1)!]);
        Assert.Equal("quota", Assert.Throws<RecoveryException>(
            () => RecoveryGuard.CheckInUse(Full, [Full.Find(2)!])).Code);
        Assert.Contains("cp-2: 1.6 GiB in use", RecoveryGuard.WhyTooMuchInUse(Full), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_still_large_is_not_disarmed()
    {
        RecoveryGuard.CheckSizes(Healthy);
        Assert.Contains("Nothing is disarmed.", Assert.Throws<RecoveryException>(
            () => RecoveryGuard.CheckSizes(Full)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_is_not_known_is_not_disarmed()
    {
        var silent = Healthy.With(3, member => member with { State = null, Failure = "timeout" });

        var e = Assert.Throws<RecoveryException>(() => RecoveryGuard.CheckSizes(silent));

        Assert.Equal("member-down", e.Code);
        Assert.Contains("etcdctl member remove 3.", e.Message, StringComparison.Ordinal);
    }
}
