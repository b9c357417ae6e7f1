using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary><c>docs/reliability.md</c> and the names in its table.</summary>
public sealed class ReliabilityPageTests
{
    public static TheoryData<string> Proofs { get; } =
        [.. FaultTable.All.Select(fault => fault.Test).OfType<string>().Distinct(StringComparer.Ordinal)];

    public static TheoryData<string> Alerts { get; } =
        [.. FaultTable.All.SelectMany(fault => fault.Alerts).Distinct(StringComparer.Ordinal)];

    [Fact]
    public void The_reliability_page_is_what_the_table_says() =>
        Golden.Match(ReliabilityPage.Write(FaultTable.All), Path.Combine(Repo.Root, "docs", "reliability.md"));

    [Theory]
    [MemberData(nameof(Proofs))]
    public void Each_test_that_a_row_names_exists(string test)
    {
        var name = $"{test}".Split('.');

        Assert.Contains(
            Directory.GetFiles(Path.Combine(Repo.Root, "tests"), $"{name[0]}.cs", SearchOption.AllDirectories),
            path => File.ReadAllText(path).Contains($" {name[1]}(", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Each_alert_that_a_row_names_has_a_runbook(string alert) =>
        Assert.True(File.Exists(Path.Combine(Repo.Root, "docs/runbooks", alert + ".md")));

    [Fact]
    public void Each_series_that_a_row_names_is_documented()
    {
        var page = File.ReadAllText(Path.Combine(Repo.Root, "docs/metrics.md"));

        Assert.All(
            FaultTable.All.SelectMany(fault => fault.Signs),
            sign => Assert.Contains($"`etcd_sentinel_{sign.Series}`", page, StringComparison.Ordinal));
    }
}
