using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Etcd.Versions;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

public sealed class VersionFindingsTests
{
    [Theory]
    [InlineData("3.5.1", "EtcdVersionUnsafe EtcdUpgradeBlocked")]
    [InlineData("3.5.21", "EtcdVersionOutdated EtcdUpgradeBlocked")]
    [InlineData("3.5.32", "EtcdVersionOutdated")]
    [InlineData("3.6.14", "")]
    [InlineData("3.7.1", "")]
    [InlineData("3.4.45", "EtcdVersionOutdated")]
    [InlineData("3.9.0", "")]
    [InlineData("no version", "")]
    public void A_version_has_the_findings_that_the_table_gives_it(string version, string codes) =>
        Assert.Equal(codes, string.Join(' ', Of(version).Select(finding => finding.Code)));

    [Fact]
    public void A_version_that_loses_data_is_a_ticket_and_names_what_to_run()
    {
        var finding = Of("3.5.1")[0];

        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.Contains("etcd#13908", finding.Summary, StringComparison.Ordinal);
        Assert.Contains("3.5.33", finding.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Advisories_are_counted_by_level()
    {
        var text = VersionMetrics.Families.Text(SomeMembers.Reading(Member("3.5.1")));

        Assert.Contains("level=\"avoid\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("etcd_sentinel_advisories_timestamp_seconds 1", text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "member_advisories{", VersionMetrics.Families.Text(SomeMembers.Reading(Member("3.9.0"))),
            StringComparison.Ordinal);
    }

    private static List<Finding> Of(string version) =>
        [.. VersionFindings.Of(Member(version), AdvisoryTable.Shipped)];

    private static MemberReading Member(string version) => SomeMembers.Member with
    {
        Identity = SomeMembers.Member.Identity! with { Version = version },
    };
}
