using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Tests.Etcd.Maintenance;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

/// <summary>Quotas that are unknown or disabled, and the checks before the alarm is disarmed.</summary>
public sealed class QuotaLimitsTests
{
    private const long Gibibyte = 1L << 30;

    [Theory]
    // Unknown everywhere: etcd's default.
    [InlineData(null, false, null, 2 * Gibibyte)]
    // Unknown here: what another member has.
    [InlineData(null, false, 8 * Gibibyte, 8 * Gibibyte)]
    [InlineData(4 * Gibibyte, false, 8 * Gibibyte, 4 * Gibibyte)]
    [InlineData(null, true, 8 * Gibibyte, null)]
    public void An_unknown_quota_is_not_a_disabled_one(long? own, bool isDisabled, long? other, long? quota)
    {
        var cluster = With(own, isDisabled).WithState(2, state => state with { QuotaBytes = other });

        Assert.Equal(quota, QuotaLimits.Of(cluster, cluster.Members[0]));
    }

    [Fact]
    public void A_database_above_80_percent_of_the_default_is_not_disarmed_if_no_quota_is_known()
    {
        var unknown = With(null, isDisabled: false).WithState(2, state => state with { QuotaBytes = null });
        var large = unknown.WithState(2, state => state with { DbBytes = Gibibyte * 17 / 10, InUseBytes = Gibibyte * 17 / 10 });

        RecoveryGuard.CheckSizes(unknown);
        Assert.Equal("quota", Assert.Throws<RecoveryException>(() => RecoveryGuard.CheckSizes(large)).Code);
        Assert.Equal("quota", Assert.Throws<RecoveryException>(() => RecoveryGuard.CheckInUse(large, large.Members)).Code);
        Assert.True(QuotaLimits.IsToShrink(large, large.Members[1]));
    }

    [Fact]
    public void Without_any_quota_every_size_is_small_enough() =>
        RecoveryGuard.CheckSizes(With(null, isDisabled: true).WithState(
            2, state => state with { QuotaBytes = null, IsQuotaDisabled = true, DbBytes = 100 * Gibibyte }));

    [Fact]
    public void A_member_whose_size_is_not_known_keeps_the_alarm()
    {
        var down = SomeCluster.Of(1, 10, 10, 10).With(3, member => member with { State = null, Failure = "timeout" });

        var refused = Assert.Throws<RecoveryException>(() => RecoveryGuard.CheckSizes(down));

        Assert.Equal(RefusalCode.MemberDown, refused.Code);
        Assert.StartsWith("cp-3 does not answer", refused.Message, StringComparison.Ordinal);
    }

    private static ClusterFacts With(long? quota, bool isDisabled) => SomeCluster.Of(1, 10, 10).WithState(
        1, state => state with { QuotaBytes = quota, IsQuotaDisabled = isDisabled });
}
