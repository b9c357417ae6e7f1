using System.Globalization;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Rules;

/// <summary>Findings and alerts use the same thresholds.</summary>
public sealed class RulesThresholdsTests
{
    [Theory]
    [InlineData("EtcdDatabaseQuotaLowSpace", MembersFindings.QuotaWarning)]
    [InlineData("EtcdDatabaseQuotaCritical", MembersFindings.QuotaCritical)]
    [InlineData("EtcdDatabaseFullOfLiveData", MembersFindings.LiveDataWarning)]
    [InlineData("EtcdHighFragmentation", MembersFindings.FragmentationWarning)]
    [InlineData("EtcdApplyLag", MembersFindings.MaxUnappliedEntries)]
    public void A_threshold_is_the_same_in_a_finding_and_in_its_alert(string alert, double threshold) =>
        Assert.Contains($"> {Written(threshold)}", Expression(alert), StringComparison.Ordinal);

    [Fact]
    public void A_disk_is_stalled_from_the_same_share_of_the_time() =>
        Assert.Contains(
            $"io_time_seconds_total[3m]) > {Written(DiskLoad.StalledRatio)}", Expression("EtcdDiskStalled"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("EtcdDataDirLowSpace", IoFindings.MinFreeSpaceRatio)]
    [InlineData("EtcdDataDirLowInodes", IoFindings.MinFreeInodesRatio)]
    public void What_has_to_be_left_is_the_same_in_a_finding_and_in_its_alert(string alert, double least) =>
        Assert.Contains($" < {Written(least)}", Expression(alert), StringComparison.Ordinal);

    [Fact]
    public void What_a_defragmentation_must_give_back_is_the_same_share_of_the_quota() => Assert.Matches(
        $@"> on \([^)]*\) {Regex.Escape(Written(MembersFindings.ReclaimableShareOfQuota))} \* control_plane_sentinel:db_quota_bytes",
        Expression("EtcdHighFragmentation"));

    private static string Expression(string alert) => Assert.Single(RuleFiles.Alerts, a => a.Name == alert).Expression;

    private static string Written(double number) => number.ToString(CultureInfo.InvariantCulture);
}
