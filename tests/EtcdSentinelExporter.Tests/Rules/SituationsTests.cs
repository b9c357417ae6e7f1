using System.Globalization;
using EtcdSentinelExporter.Lab.Situations;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Rules;

/// <summary>The situations that promtool runs: what they ask for exists, and they ask for enough.</summary>
public sealed class SituationsTests
{
    [Fact]
    public void Situations_have_names_of_their_own() => Assert.Equal(
        SituationsCommand.All.Length, SituationsCommand.All.Select(one => one.Name).Distinct().Count());

    [Fact]
    public void What_fires_is_an_alert_and_each_page_is_critical()
    {
        var severities = RuleFiles.Alerts.ToDictionary(alert => alert.Name, alert => alert.Severity, StringComparer.Ordinal);
        Assert.Empty(SituationsCommand.All.SelectMany(one => one.Fires).Except(severities.Keys, StringComparer.Ordinal));
        Assert.All(SituationsCommand.All, situation => Assert.Equal(
            situation.Fires.Where(alert => severities[alert] == "critical").Order(StringComparer.Ordinal),
            situation.Pages.Select(page => page.Alert).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_file_names_all_rules_and_groups_in_an_order()
    {
        var text = new SituationFile("/rules").Text(SituationsCommand.All[0]);
        var groups = RuleFiles.Files("*.rules.yaml").SelectMany(file => RuleFiles.List(RuleFiles.Load(file), "groups"));

        Assert.All(RuleFiles.Files("*.rules.yaml"), file => Assert.Contains(
            $"- /rules/{Path.GetFileName(file)}\n", text, StringComparison.Ordinal));
        Assert.All(groups, group => Assert.Contains(
            $"- {RuleFiles.Text(group, "name")}\n", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1x2", "1 1 1")]
    [InlineData("1+2x2 4", "1 3 5 4")]
    [InlineData("5-1x1 stale _x1 4", "5 4 - - 4")]
    [InlineData("_x2 0.5", "- - 0.5")]
    [InlineData("7", "7")]
    public void Values_are_written_as_promtool_reads_them(string text, string values) =>
        Assert.Equal(text, Timeline.Of([.. Values(values ?? "")]));

    private static IEnumerable<double?> Values(string text) => text.Split(' ').Select(
        value => value == "-" ? (double?)null : double.Parse(value, CultureInfo.InvariantCulture));
}
