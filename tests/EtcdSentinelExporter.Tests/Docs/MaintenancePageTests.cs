using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Etcd.Versions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Docs;

/// <summary>The page about the verbs that write says what the code does.</summary>
public sealed class MaintenancePageTests
{
    private static readonly string[] Page = File.ReadAllLines(Path.Combine(Repo.Root, "docs/maintenance.md"));

    private static readonly Advisory[] Faults = [.. AdvisoryTable.Shipped.Advisories
        .Where(advisory => advisory.When is Advisory.Defragmentation)];

    [Fact]
    public void Every_refusal_is_there_and_whether_it_can_be_forced() => Assert.Equal(
        RefusalCode.All.Select(code =>
            (Code: code, CanBeForced: DefragmentOptions.Forcible.Contains(code, StringComparer.Ordinal))),
        from line in Page
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        where cells is ["", ['`', .., '`'], _, "yes" or "–", ""]
        select (cells[1].Trim('`'), cells[3] == "yes"));

    [Fact]
    public void Every_fault_is_there_with_the_versions_that_repaired_it() => Assert.All(Faults, fault =>
    {
        var row = Assert.Single(Page, line => line.StartsWith("| [", StringComparison.Ordinal)
            && line.Contains($"({fault.Source})", StringComparison.Ordinal));
        Assert.All(fault.Fixed, version =>
            Assert.Contains(version.ToString(), row, StringComparison.Ordinal));
        Assert.Contains(fault.Why.Split(',')[0], row, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData(ExitCode.Done)]
    [InlineData(ExitCode.Failed)]
    [InlineData(ExitCode.Refused)]
    [InlineData(ExitCode.Unknown)]
    [InlineData(ExitCode.OverBudget)]
    [InlineData(ExitCode.Usage)]
    [InlineData(ExitCode.Interrupted)]
    public void Every_exit_code_is_there(int code) =>
        Assert.Single(Page, line => line.StartsWith($"| {code} | ", StringComparison.Ordinal));

    [Fact]
    public void Every_option_is_there() => Assert.All(
        new DefragmentOptions.Flags().All,
        option => Assert.Contains(Page, line => line.Contains($"`{option.Name}", StringComparison.Ordinal)
            || line.Contains($" {option.Name}", StringComparison.Ordinal)));
}
