using EtcdSentinelExporter.Etcd.Versions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Versions;

public sealed class AdvisoryTableTests
{
    private static readonly AdvisoryTable Shipped = AdvisoryTable.Shipped;

    [Theory]
    [InlineData("3.5.2", true)]
    [InlineData("3.5.3", false)]
    [InlineData("3.4.7", true)]
    [InlineData("3.6.0", false)]
    public void Versions_that_lose_data_must_not_be_run(string version, bool isUnsafe) =>
        Assert.Equal(isUnsafe, Shipped.Of(Version(version)).Any(one => one.Level is Advisory.Avoid));

    [Theory]
    [InlineData("3.5.33")]
    [InlineData("3.6.14")]
    [InlineData("3.7.1")]
    public void The_newest_versions_have_no_hole_that_is_known(string version)
    {
        Assert.False(Shipped.IsUnknown(Version(version)));
        Assert.DoesNotContain(Shipped.Of(Version(version)), one => one.Level is Advisory.Security or Advisory.Avoid);
    }

    [Theory]
    [InlineData("3.7.2")]
    [InlineData("3.8.0")]
    [InlineData("4.0.0")]
    [InlineData("3.3.27")]
    public void A_version_that_the_table_does_not_have_is_unknown(string version) =>
        Assert.True(Shipped.IsUnknown(Version(version)));

    [Theory]
    [InlineData("3.5.25", "3.6", true)]
    [InlineData("3.5.26", "3.6", false)]
    [InlineData("3.6.10", "3.7", true)]
    [InlineData("3.6.11", "3.7", false)]
    public void Upgrades_have_a_least_version(string version, string to, bool isBlocked) => Assert.Equal(
        isBlocked,
        Shipped.Advisories.Any(one => one.Level is Advisory.Upgrade && one.To == to && one.IsIn(Version(version))));

    [Fact]
    public void A_fault_of_a_few_versions_is_not_that_of_older_ones()
    {
        var status = Shipped.Advisories.Single(one => one.Id == "etcd#21663");

        Assert.False(status.IsIn(Version("3.5.27")));
        Assert.True(status.IsIn(Version("3.5.28")));
        Assert.False(status.IsIn(Version("3.5.32")));
    }

    [Fact]
    public void Every_advisory_has_a_source_that_can_be_opened() => Assert.All(Shipped.Advisories, one =>
        Assert.StartsWith("https://", one.Source, StringComparison.Ordinal));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("date: 2026-11-30")]
    [InlineData("date: soon\nnewest: [3.5.1]")]
    [InlineData("date: 2026-11-30\nnewest: [3.5]")]
    [InlineData("date: 2026-11-30\nnewest: [3.5.1]\nadvisories:\n- id: a")]
    [InlineData("date: 2026-11-30\nnewest: [3.5.1]\nadvisories:\n"
        + "- {id: a, level: bad, why: w, source: s, date: 2026-11-30, fixed: [3.5.1]}")]
    [InlineData("date: 2026-11-30\nnewest: [3.5.1]\nadvisories:\n"
        + "- {id: a, level: upgrade, why: w, source: s, date: 2026-11-30}")]
    [InlineData("date: 2026-11-30\nnewest: [3.5.1]\nadvisories:\n"
        + "- {id: a, level: fault, why: w, source: s, date: 2026-11-30}")]
    public void A_table_that_is_incomplete_is_an_error(string text) =>
        Assert.Throws<FormatException>(() => AdvisoryTable.Parse(text));

    private static EtcdVersion Version(string text) => EtcdVersion.Parse(text)!.Value;
}
