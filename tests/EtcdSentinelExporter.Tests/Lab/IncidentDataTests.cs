using EtcdSentinelExporter.Lab.Incidents;
using EtcdSentinelExporter.Lab.Measurements;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Lab;

/// <summary>What the lab makes of the rules and of the list of expected alerts.</summary>
public sealed class IncidentDataTests
{
    [Theory]
    [InlineData("30m", "30s")]
    [InlineData("1h", "60s")]
    [InlineData("2d", "2880s")]
    [InlineData("5m", "10s")]
    [InlineData("0m", "0s")]
    public void A_minute_of_for_is_a_second_and_at_least_ten_seconds(string shipped, string copied) => Assert.Equal(
        $"  - alert: A\n    for: {copied}\n    expr: rate(x[30m])\n",
        RuleCopies.Shorten($"  - alert: A\n    for: {shipped}\n    expr: rate(x[30m])\n"));

    [Fact]
    public void A_look_at_each_hour_is_one_at_each_minute_and_slow_groups_are_not_slow() => Assert.Equal(
        "- name: a\n  rules:\n    expr: min_over_time(x[3d:1m]) - y[1h]\n",
        RuleCopies.Shorten("- name: a\n  interval: 5m\n  rules:\n    expr: min_over_time(x[3d:1h]) - y[1h]\n"));

    [Fact]
    public void An_incident_is_one_page_where_a_critical_alert_must_fire_and_else_none() => Assert.All(
        Incident.Names, name => Assert.Equal(
            ExpectedAlerts.Load().Of(name).Any(alert => alert.Min > 0 && RuleFiles.Alerts.Any(rule =>
                rule.Name == alert.Name && rule.Severity == "critical")) ? 1 : 0,
            Incident.Create(name, minutes: 0).Pages));

    [Fact]
    public void Measured_series_have_as_much_history_as_rules_read()
    {
        const string Rules = """max_over_time(a:b{role="x"}[7d:10m]) > rate(c[5m]) or d offset 24h""";
        string[] page = ["a:b{role=\"x\"} 1", "c{} 1", "d{} 1", "e{} 1"];

        Assert.Equal(3, new RuleHistory(Rules, page, step: 30).Series);
    }

    [Fact]
    public void Alerts_of_a_slow_machine_may_fire_beside_those_of_the_incident()
    {
        var expected = new ExpectedAlerts("""
            # INCIDENT  ALERT  ROWS  WHY
            nospace     A      3     each
            nospace     B      0-1   perhaps
            slow-disk   A      0-6   the disk
            slow-disk   C      0-3   the disk
            """);

        Assert.Equal([new("A", 3, 3), new("B", 0, 1)], expected.Of("nospace"));
        Assert.Equal([new("A", 3, 6), new("B", 0, 1), new("C", 0, 3)], expected.Of("nospace", "slow-disk"));
    }

    [Fact]
    public void Each_incident_has_expected_alerts_that_the_rules_define()
    {
        var rules = string.Concat(
            Directory.GetFiles(Path.Combine(Repo.Root, "rules"), "*.rules.yaml").Select(File.ReadAllText));

        Assert.All(Incident.Names, name => Assert.All(
            ExpectedAlerts.Load().Of(name).Where(alert => alert.Name != "KubeAPIErrorBudgetBurn"),
            alert => Assert.Contains($"alert: {alert.Name}\n", rules, StringComparison.Ordinal)));
        Assert.All(Incident.Names, name => Assert.NotEmpty(ExpectedAlerts.Load().Of(name)));
    }
}
