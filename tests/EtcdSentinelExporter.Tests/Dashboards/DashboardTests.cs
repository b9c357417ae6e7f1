using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
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
        Assert.Equal(
            ["datasource", "cluster", "node"], file.Variables.Select(one => one.GetProperty("name").GetString()));
    });

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
        var isOfMoment = target.Panel.GetProperty("type").GetString() is "table" or "barchart";
        Assert.Equal(isOfMoment, target.IsInstant);
        Assert.True(isOfMoment || target.Legend.Length > 0, target.Where);
    });

    // Several clusters look alike without it.
    [Fact]
    public void Every_line_and_row_says_its_cluster() => Assert.All(DashboardFile.Targets, target => Assert.True(
        target.Legend.Contains("{{cluster}}", StringComparison.Ordinal)
        || target.Panel.GetProperty("type").GetString() is "barchart"
        || DashboardFile.Strings(target.Panel.GetProperty("transformations")).Contains("cluster"), target.Where));

    [Fact]
    public void Kinds_of_panels_are_few_and_none_is_a_pie() =>
        Assert.All(DashboardFile.All.SelectMany(file => file.Panels), panel =>
            Assert.Contains(
                panel.GetProperty("type").GetString(), (string?[])["table", "timeseries", "barchart", "state-timeline"]));

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
        var rows = DashboardFile.All.Single(file => file.Name == "overview").Panels.Skip(1).ToArray();

        Assert.All(rows, row => Assert.Equal(24, row.GetProperty("gridPos").GetProperty("w").GetInt32()));
        Assert.Single(rows.Select(row => (
            row.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("custom").GetProperty("axisWidth")
                .GetInt32(),
            row.GetProperty("options").GetProperty("legend").GetProperty("width").GetInt32())).Distinct());
    }

    // Answers judge by the alerts' thresholds; a link in a row leads to the page of one of them.
    [Fact]
    public void Every_runbook_that_an_answer_names_exists()
    {
        var named = DashboardFile.Targets.SelectMany(target => Runbook().Matches(target.Expression))
            .Select(match => match.Groups[1].Value).ToArray();

        Assert.True(named.Length > 20);
        Assert.Equal([], named.Except(RuleFiles.Alerts.Select(alert => alert.Name), StringComparer.Ordinal));
    }

    // A critical alert pages somebody: the table must not call the same condition a warning, or ok.
    [Fact]
    public void An_answer_has_the_severity_of_its_alert()
    {
        var answers = DashboardFile.Targets.SelectMany(target => Level().Matches(target.Expression)).ToArray();

        Assert.True(answers.Length > 20);
        Assert.All(answers, answer => Assert.Equal(
            RuleFiles.Alerts.First(alert => alert.Name == answer.Groups[2].Value).Severity,
            answer.Groups[1].Value switch { "2" => "critical", "1" => "warning", _ => "info" }));
    }

    [Fact]
    public void Every_critical_alert_and_every_warning_is_asked_for_by_an_answer()
    {
        var answers = DashboardFile.All.Single(file => file.Name == "overview").Panels.First().GetProperty("targets");
        var asked = string.Join('\n', DashboardFile.Strings(answers));

        Assert.Equal([], RuleFiles.Alerts.Where(alert => alert.Severity is "critical" or "warning")
            .Select(alert => alert.Name).Where(name => !Regex.IsMatch(asked, $@"[""|]{name}[""|]")));
    }

    [Fact]
    public void The_files_are_what_their_script_writes()
    {
        var start = new ProcessStartInfo(Programs.Need("python3"), [Path.Combine(Repo.Root, "scripts", "make-dashboards"), "--check"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var script = Process.Start(start)!;
        var said = script.StandardOutput.ReadToEnd() + script.StandardError.ReadToEnd();
        script.WaitForExit();

        Assert.True(script.ExitCode == 0, said);
    }

    /// <summary>How a number is written in a sentence: as it is, as percent, or as a time.</summary>
    private static IEnumerable<string> Spoken(double value) =>
        new (double Unit, string Form)[] { (1, "{0}"), (0.01, "{0} %"), (0.001, "{0} ms"), (60, "{0} min"),
            (86400, "{0}(?! [%m])") }
            .Select(one => string.Format(CultureInfo.InvariantCulture, one.Form, Math.Round(value / one.Unit, 6)))
            .Append(value == 365 * 86400 ? "less than a year" : "(?!)");

    [GeneratedRegex("""\bjob\s*(?:=~|=)\s*"[^"]*etcd""")]
    private static partial Regex EtcdJob();

    [GeneratedRegex("""
        "level", "([\d.]+)", "", ""\), "runbook", "(\w+)"
        """)]
    private static partial Regex Level();

    [GeneratedRegex("\"runbook\", \"(\\w+)\"")]
    private static partial Regex Runbook();
}
