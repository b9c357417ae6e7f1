using System.Globalization;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Rules;

/// <summary>Findings and alerts use the same thresholds.</summary>
public sealed partial class RulesThresholdsTests
{
    [Theory]
    [InlineData("EtcdDatabaseQuotaLowSpace", MembersFindings.QuotaWarning)]
    [InlineData("EtcdDatabaseQuotaCritical", MembersFindings.QuotaCritical)]
    [InlineData("EtcdDatabaseQuotaCritical", MembersFindings.QuotaCriticalIfLive)]
    [InlineData("EtcdDatabaseQuotaCritical", MembersFindings.LiveDataCritical)]
    [InlineData("EtcdDiskBusy", IoFindings.BusyRatio)]
    [InlineData("EtcdHighFsyncDuration", LatencyFindings.FsyncWarning)]
    [InlineData("EtcdFsyncDurationCritical", LatencyFindings.FsyncCritical)]
    [InlineData("EtcdHighCommitDuration", LatencyFindings.CommitWarning)]
    [InlineData("EtcdDiskSlowFlush", FlushLimits.SlowSeconds)]
    [InlineData("EtcdDiskSlowFlush", LatencyFindings.FsyncWarning)]
    [InlineData("ControlPlaneDiskIsTheCause", LatencyFindings.FsyncWarning)]
    [InlineData("DiskCommandTimeoutHistory", 0)]
    [InlineData("EtcdDatabaseFullOfLiveData", MembersFindings.LiveDataWarning)]
    [InlineData("EtcdHighFragmentation", MembersFindings.FragmentationWarning)]
    [InlineData("EtcdSlowApplies", MembersFindings.MaxUnappliedEntries)]
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
    [InlineData("EtcdDataDirFull", IoFindings.MinFreeSpaceRatio)]
    public void What_has_to_be_left_is_the_same_in_a_finding_and_in_its_alert(string alert, double least) =>
        Assert.Contains($" < {Written(least)}", Expression(alert), StringComparison.Ordinal);

    [Fact]
    public void A_file_system_is_full_below_the_same_size()
    {
        Assert.Equal(1 << 30, IoFindings.FullBytes);
        Assert.Contains(" < 2 ^ 30", Expression("EtcdDataDirFull"), StringComparison.Ordinal);
    }

    [Fact]
    public void Reasons_that_say_nothing_about_a_member_are_the_same_in_findings_and_in_rules()
    {
        var rule = Assert.Single(RuleFiles.Rules, rule => rule.Name == "control_plane_sentinel:member_unseen:info");
        Assert.Equal(2, Reasons().Count(rule.Expression));
        Assert.All(Reasons().Matches(rule.Expression), match => Assert.Equal(
            EtcdReason.Blind.Order(StringComparer.Ordinal),
            match.Groups[1].Value.Split('|').Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("CertificateExpiringSoon", "{kind=\"leaf\"}", "{kind=\"leaf\",name!~\"kubelet.*\"}", 0)]
    [InlineData("CertificateExpiringSoon", "{kind=\"leaf\"}", "{kind=\"leaf\",name=~\"kubelet.*\"}", 1)]
    [InlineData("control_plane_sentinel:certificate_critical:seconds",
        "{kind=\"leaf\",path!~\".*/kubelet[.]crt\"}", "{name!~\"kubelet.*\"}", 2)]
    [InlineData("control_plane_sentinel:certificate_critical:seconds",
        "{kind=\"leaf\",path!~\".*/kubelet[.]crt\"}", "{name=~\"kubelet.*\"}", 3)]
    [InlineData("CAExpiringSoon", "{kind=\"ca\"}", "{kind=\"ca\"}", 4)]
    [InlineData("CAExpiringCritical", "{kind=\"ca\"}", "{kind=\"ca\"}", 5)]
    public void A_certificate_expires_soon_from_the_same_moment(string name, string left, string life, int which)
    {
        var limit = ((Expiry.Limit[])
        [
            Expiry.LeafWarning, Expiry.KubeletWarning, Expiry.LeafCritical, Expiry.KubeletCritical,
            Expiry.AuthorityWarning, Expiry.AuthorityCritical,
        ])[which];
        Assert.Contains(
            $"(control_plane_sentinel:certificate_remaining:seconds{left} < {Written(limit.Days)} * 86400)"
                + $" < {Written(limit.Share)} * control_plane_sentinel:certificate_lifetime:seconds{life}",
            Space().Replace(Assert.Single(RuleFiles.Rules, rule => rule.Name == name).Expression, " "),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_history_is_not_compacted_from_the_same_age() => Assert.Equal(
        CompactionFindings.Periodic.Select(step => step.Limit).Append(CompactionFindings.Usual)
            .Select(limit => Written(limit.TotalSeconds)).Order(StringComparer.Ordinal),
        Ages().Matches(Expression("EtcdCompactionStalled")).Select(match => match.Groups[1].Value)
            .Order(StringComparer.Ordinal));

    [Fact]
    public void What_a_defragmentation_must_give_back_is_the_same_share_of_the_quota() => Assert.Matches(
        $@"> on \([^)]*\) {Regex.Escape(Written(MembersFindings.ReclaimableShareOfQuota))} \* control_plane_sentinel:db_quota_bytes",
        Expression("EtcdHighFragmentation"));

    private static string Expression(string alert) => Assert.Single(RuleFiles.Alerts, a => a.Name == alert).Expression;

    private static string Written(double number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"reason(?:=|!)~""([a-z_|]+)""")]
    private static partial Regex Reasons();

    [GeneratedRegex(@"(\d+) \* max by")]
    private static partial Regex Ages();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
