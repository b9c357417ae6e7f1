using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Tests.Support;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace EtcdSentinelExporter.Tests.Dashboards;

/// <summary>The rules of grafana/dashboard-linter, each under its own name; <c>dashboards/.lint</c> says which are not
/// kept, and why.</summary>
public sealed partial class DashboardLintTests
{
    private static readonly YamlMappingNode Excluded = (YamlMappingNode)RuleFiles.Load(
        Path.Combine(Repo.Root, "dashboards", ".lint")).Children["exclusions"];

    [Fact]
    public void Template_datasource_rule() => Assert.All(DashboardFile.All, file =>
    {
        var variable = Assert.Single(file.Variables, one => one.GetProperty("type").GetString() == "datasource");
        Assert.Equal("datasource", variable.GetProperty("name").GetString());
        Assert.Equal("Data Source", variable.GetProperty("label").GetString());
        Assert.Equal("prometheus", variable.GetProperty("query").GetString());
    });

    [Fact]
    public void Template_label_promql_and_on_time_change_reload_rules() => Assert.All(Queries(), variable =>
    {
        Assert.Matches(
            @"^(label_values|query_result)\(.+\)$", variable.GetProperty("query").GetProperty("query").GetString());
        Assert.Equal(2, variable.GetProperty("refresh").GetInt32());
    });

    // As the linter wants it of job and instance, so that targets without the label are matched, .* instead of .+.
    [Fact]
    public void Every_choice_may_be_all_or_several() => Assert.All(Queries(), variable =>
    {
        Assert.True(variable.GetProperty("multi").GetBoolean());
        Assert.True(variable.GetProperty("includeAll").GetBoolean());
        Assert.Equal(".*", variable.GetProperty("allValue").GetString());
        Assert.Equal("${datasource}", variable.GetProperty("datasource").GetProperty("uid").GetString());
    });

    [Fact]
    public void Panel_datasource_rule() => Assert.All(
        DashboardFile.All.SelectMany(file => file.Panels)
            .Concat(DashboardFile.Targets.Select(target => target.Json)), one =>
                Assert.Equal("${datasource}", one.GetProperty("datasource").GetProperty("uid").GetString()));

    [Fact]
    public void Panel_title_description_rule() => Assert.All(DashboardFile.All, file => Assert.All(file.Panels, panel =>
    {
        Assert.InRange(panel.GetProperty("title").GetString()!.Length, 3, 80);
        Assert.InRange(panel.GetProperty("description").GetString()!.Length, 40, 400);
    }));

    [Fact]
    public void No_two_panels_of_a_dashboard_share_a_title_or_an_id() => Assert.All(DashboardFile.All, file =>
    {
        Assert.Distinct(file.Panels.Select(panel => panel.GetProperty("title").GetString()));
        Assert.Distinct(file.Panels.Select(panel => panel.GetProperty("id").GetInt32()));
    });

    [Fact]
    public void Panel_units_rule() =>
        Assert.All(DashboardFile.All.SelectMany(file => file.Panels), panel => Assert.Contains(
            panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString(),
            (string?[])["none", "short", "s", "dtdurations", "bytes", "Bps", "percentunit", "wps", "celsius"]));

    // A number without a unit is a count or a word.
    [Fact]
    public void What_is_named_in_seconds_or_bytes_is_shown_as_that() => Assert.All(
        DashboardFile.All.SelectMany(
            file => file.Panels.Where(panel => panel.GetProperty("type").GetString() == "timeseries")),
        panel =>
        {
            var unit = panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString();
            var title = panel.GetProperty("title").GetString()!;
            Assert.True(!Time().IsMatch(title) || unit is "s", title);
            Assert.True(!Share().IsMatch(title) || unit is "percentunit", title);
        });

    [Fact]
    public void Panel_no_targets_rule() => Assert.All(DashboardFile.All.SelectMany(file => file.Panels), panel =>
        Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray()));

    [Fact]
    public void Target_rate_interval_and_counter_agg_rules() => Assert.All(DashboardFile.Targets, target =>
    {
        var expression = Strings().Replace(target.Expression, "");
        Assert.All(Rates().Matches(expression), rate =>
            Assert.True(rate.Groups[2].Value == "$__rate_interval", $"{target.Where}: {rate.Value}"));
        Assert.All(Counters().Matches(expression), counter => Assert.True(
            Functions().IsMatch(expression[..counter.Index]), $"{target.Where}: {counter.Value}"));
    });

    [Fact]
    public void What_is_not_kept_is_a_rule_of_the_linter_and_has_a_reason()
    {
        Assert.Equal(
            ["template-instance-rule", "template-job-rule", "target-instance-rule", "target-job-rule",
                "uneditable-dashboard-rule"],
            Excluded.Children.Keys.Select(key => key.ToString()));
        Assert.All(Excluded.Children.Values, one => Assert.InRange(RuleFiles.Text(one, "reason").Length, 30, 300));
    }

    private static IEnumerable<JsonElement> Queries() => DashboardFile.All.SelectMany(file =>
        file.Variables.Where(variable => variable.GetProperty("type").GetString() == "query"));

    [GeneratedRegex(
        @"^(\d+ )?(Time|Duration of a flush)|\bp99\b|\btime (until|since|of a)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Time();

    [GeneratedRegex(@"\b(share|utilisation)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Share();

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""")]
    private static partial Regex Strings();

    [GeneratedRegex(@"\b(rate|irate)\([^\[]*\[([^\]]+)\]")]
    private static partial Regex Rates();

    // A lifetime count of SMART is a number that people ask for: only what is drawn over time has to be a rate.
    [GeneratedRegex(@"\b(?!etcd_sentinel_disk_(command_timeouts|media_errors)_total)\w+_total\b")]
    private static partial Regex Counters();

    [GeneratedRegex(@"(rate|increase)\($")]
    private static partial Regex Functions();
}
