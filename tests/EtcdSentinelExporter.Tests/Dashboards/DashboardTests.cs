using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdSentinelExporter.Lab.Dashboards;
using EtcdSentinelExporter.Tests.Rules;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Dashboards;

public sealed partial class DashboardTests
{
    // __inputs break the sidecar and provisioning; an id collides with another dashboard.
    [Fact]
    public void Each_can_be_imported_provisioned_and_loaded_by_a_sidecar() => Assert.All(DashboardFile.All, file =>
    {
        Assert.False(file.Json.TryGetProperty("__inputs", out _));
        Assert.Equal(JsonValueKind.Null, file.Json.GetProperty("id").ValueKind);
        Assert.Equal($"etcdsentinel-{file.Name}", file.Uid);
        Assert.Equal(39, file.Json.GetProperty("schemaVersion").GetInt32());
        Assert.Equal(1, file.Json.GetProperty("version").GetInt32());
        Assert.True(file.Json.GetProperty("editable").GetBoolean());
    });

    // An export of Grafana differs in ids, choices and indentation: scripts/lab dashboards rewrites it.
    [Fact]
    public void Each_file_is_in_its_one_form() => Assert.All(Dashboard.Files, file =>
        Assert.True(CanonicalDashboard.Of(File.ReadAllText(file)) == File.ReadAllText(file),
            $"{Path.GetFileName(file)}: run scripts/lab dashboards"));

    [Fact]
    public void What_an_export_of_Grafana_adds_is_removed_and_the_rest_stays_as_it_is()
    {
        const string Export = """
            {"__inputs": [1], "id": 7, "title": "a <b> ${c}", "version": 12, "iteration": 1, "panels": [
              {"id": 2, "pluginVersion": "11.6.0", "value": 1.50, "steps": []}], "templating": {"list": [
              {"name": "datasource", "type": "datasource", "current": {"value": "x"}, "options": [1]},
              {"name": "cluster", "type": "query", "current": {"value": "c1"}}]}}
            """;

        Assert.Equal("""
            {
              "id": null,
              "title": "a <b> ${c}",
              "version": 1,
              "panels": [
                {
                  "id": 2,
                  "value": 1.50,
                  "steps": []
                }
              ],
              "templating": {
                "list": [
                  {
                    "name": "datasource",
                    "type": "datasource",
                    "options": []
                  },
                  {
                    "name": "cluster",
                    "type": "query",
                    "current": {
                      "selected": true,
                      "text": [
                        "All"
                      ],
                      "value": [
                        "$__all"
                      ]
                    },
                    "options": []
                  }
                ]
              }
            }

            """, CanonicalDashboard.Of(Export));
    }

    // What is longer belongs into a recording rule: nobody changes it in Grafana.
    [Fact]
    public void No_query_has_more_than_500_characters() =>
        Assert.All(DashboardFile.Targets, target => Assert.InRange(target.Expression.Length, 1, 500));

    [Fact]
    public void The_variables_are_the_same_in_each_and_Fleet_has_no_node()
    {
        var fleet = DashboardFile.All.Single(file => file.Name == "fleet");
        var others = DashboardFile.All.Where(file => file != fleet).ToArray();

        Assert.Equal(["datasource", "cluster", "node"], Names(others[0]));
        Assert.Equal(["datasource", "cluster"], Names(fleet));
        Assert.Equal(5, others.Length);
        Assert.Single(others.Select(file => file.Json.GetProperty("templating").GetRawText()).Distinct());
        Assert.Equal(others[0].Variables.Take(2).Select(one => one.GetRawText()),
            fleet.Variables.Select(one => one.GetRawText()));
    }

    [Fact]
    public void The_list_of_what_may_be_empty_names_queries_that_exist()
    {
        var known = Dashboard.All.SelectMany(one => one.Panels).SelectMany(panel => (string[])
            [$"{panel.Dashboard}: {panel.Title}", .. panel.Queries.Select(query => query.Where)]).ToHashSet();
        var lines = File.ReadLines(Path.Combine(Repo.Data, "empty-panels")).Where(line => line[0] != '#')
            .Select(line => line.Split(" | ")).ToArray();

        Assert.All(lines, line => Assert.Equal(2, line.Length));
        Assert.Equal([], lines.Select(line => line[0].Replace("columns of ", "", StringComparison.Ordinal))
            .Where(what => !what.StartsWith("label ", StringComparison.Ordinal) && !known.Contains(what)));
    }

    [Fact]
    public void Every_metric_and_recorded_series_exists() => Assert.Equal([],
        from target in DashboardFile.Targets
        from name in PromQl.Series(target.Expression)
        where !RulesMetricsTests.Exist.Contains(name)
        select $"{target.Where}: {name}");

    // A query that forgets the cluster shows the numbers of all of them in each.
    [Fact]
    public void Every_query_asks_for_the_chosen_clusters() =>
        Assert.All(DashboardFile.Targets,
            target => Assert.Contains("cluster=~\"$cluster\"", target.Expression, StringComparison.Ordinal));

    [Fact]
    public void No_query_selects_a_job_that_holds_etcd() =>
        Assert.DoesNotContain(DashboardFile.Targets, target => EtcdJob().IsMatch(target.Expression));

    [Fact]
    public void Every_line_is_named_and_every_table_asks_for_this_moment() =>
        Assert.All(DashboardFile.Targets, target =>
    {
        var isOfMoment = target.Panel.GetProperty("type").GetString() is "table" or "stat";
        Assert.Equal(isOfMoment, target.IsInstant);
        Assert.True(isOfMoment || target.Legend.Length > 0, target.Where);
    });

    // Several clusters look alike without it.
    [Fact]
    public void Every_line_row_and_stat_says_its_cluster() => Assert.All(DashboardFile.Targets, target => Assert.True(
        target.Legend.Contains("{{cluster}}", StringComparison.Ordinal)
        || target.Where.StartsWith("fleet: ", StringComparison.Ordinal)
        || DashboardFile.Strings(target.Panel.GetProperty("transformations")).Contains("cluster"), target.Where));

    [Fact]
    public void Kinds_of_panels_are_few_and_none_is_a_pie() =>
        Assert.All(DashboardFile.All.SelectMany(file => file.Panels), panel =>
            Assert.Contains(
                panel.GetProperty("type").GetString(), (string?[])["table", "timeseries", "stat", "state-timeline"]));

    [Fact]
    public void Whatever_is_coloured_in_a_table_is_a_number_with_a_unit_or_is_said_in_words() => Assert.Equal([],
        from file in DashboardFile.All
        from panel in file.Panels
        from column in panel.GetProperty("fieldConfig").GetProperty("overrides").EnumerateArray()
        let ids = column.GetProperty("properties").EnumerateArray().Select(p => p.GetProperty("id").GetString())
            .ToArray()
        where DashboardFile.Strings(column).Contains("color-background") && !ids.Contains("mappings")
            && !ids.Contains("thresholds")
        select file.Title(panel));

    // A dashed line or a red cell says nothing to those who cannot tell its colour. 1 is the first that is not none.
    [Fact]
    public void Every_threshold_is_said_in_the_description() => Assert.Equal([],
        from file in DashboardFile.All
        from panel in file.Panels
        let defaults = panel.GetProperty("fieldConfig").GetProperty("defaults")
        let overrides = panel.GetProperty("fieldConfig").GetProperty("overrides").EnumerateArray()
            .SelectMany(one => one.GetProperty("properties").EnumerateArray())
            .Where(one => one.GetProperty("id").GetString() == "thresholds").Select(one => one.GetProperty("value"))
        let said = panel.GetProperty("description").GetString()
        from step in overrides.Prepend(defaults.GetProperty("thresholds"))
            .SelectMany(all => all.GetProperty("steps").EnumerateArray())
        where step.GetProperty("value").ValueKind == JsonValueKind.Number
        let value = step.GetProperty("value").GetDouble()
        where value != 1 && !Spoken(value).Any(word => Regex.IsMatch(said, $@"(?<![\d.]){word}(?![\d.]*\d)"))
        select $"{file.Title(panel)}: {value}");

    [Fact]
    public void Panels_fill_rows_of_24_and_do_not_overlap() => Assert.All(DashboardFile.All, file =>
    {
        var taken = new HashSet<(int X, int Y)>();
        foreach (var place in file.Panels.Select(panel => panel.GetProperty("gridPos")))
        {
            var (x, y) = (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32());
            Assert.InRange(x + place.GetProperty("w").GetInt32(), 1, 24);
            for (var i = 0; i < place.GetProperty("w").GetInt32(); i++)
            {
                for (var j = 0; j < place.GetProperty("h").GetInt32(); j++)
                    Assert.True(taken.Add((x + i, y + j)), $"{file.Name}: two panels at {x + i}, {y + j}");
            }
        }
    });

    // Their times stand below each other only if axis and legend are equally wide in each.
    [Fact]
    public void The_chain_of_causes_has_one_time_axis()
    {
        var rows = DashboardFile.All.Single(file => file.Name == "overview").Panels
            .Where(panel => panel.GetProperty("type").GetString() == "timeseries").ToArray();

        Assert.Equal(
            ["Disk", "fsync", "Heartbeats", "Leader", "API server", "Database", "Certificates"],
            rows.Select(row => Step().Match(row.GetProperty("title").GetString()!).Groups[1].Value));
        Assert.All(rows, row => Assert.Equal(24, row.GetProperty("gridPos").GetProperty("w").GetInt32()));
        Assert.Single(rows.Select(row => (
            row.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("custom").GetProperty("axisWidth")
                .GetInt32(),
            row.GetProperty("options").GetProperty("legend").GetProperty("width").GetInt32())).Distinct());
    }

    // One that is left out fires, and the lists of Overview and Fleet are empty.
    [Fact]
    public void The_lists_of_alerts_have_all_of_ours()
    {
        var patterns = DashboardFile.Targets.SelectMany(target => AlertNames().Matches(target.Expression))
            .Select(match => match.Groups[1].Value).ToArray();

        Assert.True(patterns.Length > 5);
        Assert.Single(patterns.Distinct());
        Assert.All(RuleFiles.Alerts, alert => Assert.Matches($"^(?:{patterns[0]})$", alert.Name));
    }

    // The number sorts, the mapping says it.
    [Fact]
    public void The_severities_of_the_rules_are_ranked_and_said()
    {
        var ranked = DashboardFile.Targets
            .Where(target => target.Expression.Contains("vector(3)", StringComparison.Ordinal)).ToArray();

        Assert.Equal(2, ranked.Length);
        Assert.All(ranked, target => Assert.All(new[] { ("critical", "3"), ("warning", "2"), ("info", "1") }, one =>
        {
            Assert.Contains(
                $"label_replace(vector({one.Item2}), \"severity\", \"{one.Item1}\"", target.Expression,
                StringComparison.Ordinal);
            Assert.Matches($$"""
                "{{one.Item2}}": \{\s*"text": "{{one.Item1}}"
                """.Trim(), target.Panel.GetRawText());
        }));
        Assert.Equal(["critical", "info", "warning"],
            RuleFiles.Alerts.Select(alert => alert.Severity).Distinct().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string?> Names(DashboardFile file) =>
        file.Variables.Select(one => one.GetProperty("name").GetString());

    /// <summary>How a number is written in a sentence: as it is, as percent, or as a time.</summary>
    private static IEnumerable<string> Spoken(double value) =>
        new (double Unit, string Form)[] { (1, "{0}"), (0.01, "{0} %"), (0.001, "{0} ms"), (60, "{0} min"),
            (86400, "{0}(?! [%m])") }
            .Select(one => string.Format(CultureInfo.InvariantCulture, one.Form, Math.Round(value / one.Unit, 6)))
            .Append(value == 365 * 86400 ? "less than a year" : "(?!)");

    [GeneratedRegex("""\bjob\s*(?:=~|=)\s*"[^"]*etcd""")]
    private static partial Regex EtcdJob();

    [GeneratedRegex("alertname=~\"([^\"]+)\"")]
    private static partial Regex AlertNames();

    [GeneratedRegex(@"^\d (API server|\w+)")]
    private static partial Regex Step();
}
