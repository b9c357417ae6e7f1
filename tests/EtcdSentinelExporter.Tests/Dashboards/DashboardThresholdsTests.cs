using System.Globalization;
using System.Text.Json;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Dashboards;

/// <summary>What the dashboards call bad is what the alerts call bad.</summary>
public sealed class DashboardThresholdsTests
{
    // Lines that are drawn and are no alert, or are an alert on other series: docs/alerts.md and the panel say what
    // they mean.
    private static readonly Dictionary<(string Panel, decimal Line), string> Lines = new()
    {
        [("2 fsync: p99 of the WAL", 0.01m)] = "healthy fsync",
        [("WAL fsync: p99", 0.01m)] = "healthy fsync",
        [("Commit: p99", 0.025m)] = "healthy commit",
        [("Served certificates", 30 * 86400)] = "CertificateExpiringSoon, of the certificate in the file",
        [("Duration of a poll, as share of its interval", 0.8m)] =
            "a poll that is longer than its interval skips a turn",
    };

    [Fact]
    public void A_line_of_a_panel_is_where_an_alert_on_the_same_series_or_one_that_it_links_begins() => Assert.Equal([],
        from line in PanelLines()
        where !Reason(line).Any() && !AlertsOn(line.Panel).Any(alert => Numbers(alert).Contains(line.Value))
        select string.Create(CultureInfo.InvariantCulture, $"{line.Where}: {line.Value}"));

    [Fact]
    public void Every_line_without_an_alert_is_drawn() =>
        Assert.Equal([], Lines.Keys.Except(PanelLines().SelectMany(line => Reason(line).Select(one => one.Key))));

    private static IEnumerable<(string Where, JsonElement Panel, decimal Value)> PanelLines() =>
        from file in DashboardFile.All
        from panel in file.Panels
        let config = panel.GetProperty("fieldConfig")
        let columns = config.GetProperty("overrides").EnumerateArray()
            .SelectMany(one => one.GetProperty("properties").EnumerateArray())
            .Where(one => one.GetProperty("id").GetString() == "thresholds").Select(one => one.GetProperty("value"))
        from thresholds in columns.Prepend(config.GetProperty("defaults").GetProperty("thresholds"))
        from step in thresholds.GetProperty("steps").EnumerateArray()
        where step.GetProperty("value").ValueKind == JsonValueKind.Number
        let value = step.GetProperty("value").GetDecimal()
        where value is not (0 or 1)
        select (file.Title(panel), panel, value);

    private static IEnumerable<KeyValuePair<(string Panel, decimal Line), string>> Reason(
        (string Where, JsonElement Panel, decimal Value) line) =>
        Lines.Where(one => line.Where.EndsWith(one.Key.Panel, StringComparison.Ordinal) && one.Key.Line == line.Value);

    private static IEnumerable<Rule> AlertsOn(JsonElement panel)
    {
        var series = panel.GetProperty("targets").EnumerateArray()
            .SelectMany(target => PromQl.Series(target.GetProperty("expr").GetString()!))
                .ToHashSet(StringComparer.Ordinal);
        var pages = panel.GetProperty("links").EnumerateArray().Select(link => link.GetProperty("title").GetString())
            .ToArray();
        return RuleFiles.Alerts.Where(alert =>
            pages.Contains($"Runbook: {alert.Name}") || PromQl.Series(alert.Expression).Any(series.Contains));
    }

    private static IEnumerable<decimal> Numbers(Rule alert) => PromQlNumbers.All(RuleExpansion.Of(alert)).Append(
        alert.For is [.. var minutes, 'm'] ? 60 * decimal.Parse(minutes, CultureInfo.InvariantCulture) : 0);
}
