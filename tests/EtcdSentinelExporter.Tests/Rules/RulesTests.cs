using System.Text.RegularExpressions;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Rules;

/// <summary>What holds for every rule of <c>rules/</c>, whoever wrote it.</summary>
public sealed partial class RulesTests
{
    [Fact]
    public void There_are_rules() => Assert.True(RuleFiles.Alerts.Length > 30);

    [Fact]
    public void Every_alert_has_a_test_in_which_it_fires() =>
        Assert.Equal([], Names(RuleFiles.Alerts).Except(Asked(fires: true), StringComparer.Ordinal));

    [Fact]
    public void Every_alert_has_a_test_in_which_it_stays_silent() =>
        Assert.Equal([], Names(RuleFiles.Alerts).Except(Asked(fires: false), StringComparer.Ordinal));

    // promtool accepts a question about an alert that does not exist, and finds it silent.
    [Fact]
    public void No_test_asks_for_an_alert_that_does_not_exist() =>
        Assert.Equal([], RuleFiles.Checks.Select(q => q.Alert).Except(
            [.. Names(RuleFiles.Alerts), "KubeAPIErrorBudgetBurn"], StringComparer.Ordinal));

    [Fact]
    public void Every_test_has_a_sentence_for_a_name() =>
        Assert.All(RuleFiles.Checks, question => Assert.Matches(Sentence(), question.Test));

    [Fact]
    public void No_two_tests_of_a_file_share_a_name() => Assert.All(RuleFiles.Files("*.test.yaml"), file =>
    {
        var names = RuleFiles.List(RuleFiles.Load(file), "tests").Select(test => RuleFiles.Text(test, "name"))
            .ToArray();
        Assert.Equal(names.Distinct(StringComparer.Ordinal), names);
    });

    [Fact]
    public void Every_alert_says_what_is_wrong_and_what_to_do() => Assert.All(RuleFiles.Alerts, alert =>
    {
        Assert.InRange(alert.Annotations["summary"].Length, 15, 300);
        Assert.InRange(alert.Annotations["description"].Length, 80, 3000);
    });

    // Prometheus prints a bare value with all its digits, and a million as 1e+06.
    [Fact]
    public void Every_value_in_a_text_is_given_a_form() => Assert.Equal([],
        from alert in RuleFiles.Alerts
        from text in alert.Annotations.Values
        where BareValue().IsMatch(text)
        select alert.Name);

    [Fact]
    public void The_only_label_of_an_alert_is_a_severity_that_Alertmanager_knows() =>
        Assert.All(RuleFiles.Alerts, alert =>
    {
        Assert.Equal(["severity"], alert.Labels.Keys);
        Assert.Contains(alert.Severity, new[] { "info", "warning", "critical" });
    });

    // kube-prometheus-stack inhibits by alert name: a warning and a critical of one name silence each other.
    [Fact]
    public void Warning_and_critical_are_two_names() => Assert.DoesNotContain(
        RuleFiles.Alerts.GroupBy(alert => alert.Name, StringComparer.Ordinal),
        same => same.Any(a => a.Severity == "critical") && same.Any(a => a.Severity != "critical"));

    [Fact]
    public void An_info_alert_waits_and_no_alert_looks_back_for_more_than_a_week()
    {
        Assert.DoesNotContain(RuleFiles.Alerts, alert => alert.Severity == "info" && alert.For == "0");
        Assert.Equal([],
            from rule in RuleFiles.Rules
            from Match range in Range().Matches(rule.Expression)
            where Days(range) > 7
            select $"{rule.Name}: {range.Value}");
    }

    // kube-prometheus-stack's rules take every job with "etcd" in its name for etcd itself.
    [Fact]
    public void No_rule_selects_a_job_that_holds_etcd() =>
        Assert.DoesNotContain(RuleFiles.Rules, rule => EtcdJob().IsMatch(rule.Expression));

    // etcd under NOSPACE restarts every few seconds; what looks only at this moment resolves again and again.
    [Fact]
    public void Every_alert_on_values_of_etcd_remembers_ten_minutes()
    {
        var polled = MembersMetrics.Families.Select(family => family.Name).ToHashSet(StringComparer.Ordinal);
        Assert.All(
            RuleFiles.Alerts.Where(alert => PromQl.Series(RuleExpansion.Of(alert)).Any(polled.Contains)),
            alert => Assert.Matches(Remembers(), RuleExpansion.Of(alert)));
    }

    [Fact]
    public void Recorded_series_are_named_after_us_and_what_was_done_to_them() => Assert.All(
        RuleFiles.Rules.Where(rule => !rule.IsAlert), rule => Assert.Matches(Recorded(), rule.Name));

    private static IEnumerable<string> Names(IEnumerable<Rule> alerts) => alerts.Select(alert => alert.Name);

    private static IEnumerable<string> Asked(bool fires) =>
        RuleFiles.Checks.Where(question => question.Fires == fires).Select(question => question.Alert);

    private static double Days(Match range) =>
        double.Parse(range.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)
        * range.Groups[2].Value switch { "w" => 7, "d" => 1, "h" => 1 / 24.0, _ => 0 };

    // A group that is evaluated every 5 minutes leaves gaps for whoever looks only at this moment.
    [Fact]
    public void Who_reads_a_slow_group_from_a_fast_one_remembers_a_quarter_of_an_hour()
    {
        var slow = RuleFiles.Rules.Where(rule => !rule.IsAlert && rule.Interval == "5m").Select(rule => rule.Name)
            .ToArray();
        Assert.NotEmpty(slow);
        Assert.Equal([],
            from rule in RuleFiles.Rules
            where rule.Interval is ""
            from name in slow
            where rule.Expression.Contains(name, StringComparison.Ordinal)
                && !Regex.IsMatch(rule.Expression, $@"last_over_time\({name}(?:\{{[^}}]*\}})?\[15m\]\)")
            select $"{rule.Name}: {name}");
    }

    [Fact]
    public void No_group_that_is_evaluated_every_30_seconds_looks_back_for_more_than_an_hour() => Assert.Equal([],
        from rule in RuleFiles.Rules
        where rule.Interval is ""
        from Match range in Window().Matches(rule.Expression)
        where Days(range) > 1 / 24.0
        select $"{rule.Name}: {range.Value}");

    [Fact]
    public void Drives_and_certificates_are_evaluated_every_five_minutes_unless_an_alert_on_drives_wakes_somebody() =>
        Assert.Equal([],
            from alert in RuleFiles.Alerts
            where alert.Area is "drives" or "certificates"
            where alert.Interval != "5m" && (alert.Area != "drives" || alert.Severity != "critical")
            select alert.Name);

    [GeneratedRegex(@"\{\{-?\s*(?:\$value|\.Value)\s*-?\}\}")]
    private static partial Regex BareValue();

    [GeneratedRegex(@"^\S+( \S+){2,}$")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"(?:\[|offset )(\d+)([smhdwy])")]
    private static partial Regex Range();

    [GeneratedRegex(@"\[(\d+)([smhdwy])")]
    private static partial Regex Window();

    [GeneratedRegex("""\bjob\s*(?:=~|=)\s*"[^"]*etcd""")]
    private static partial Regex EtcdJob();

    [GeneratedRegex(@"\b(?:last|max)_over_time\([^\[]*\[10m\]")]
    private static partial Regex Remembers();

    [GeneratedRegex("^control_plane_sentinel:[a-z0-9_]+:[a-z0-9_]+$")]
    private static partial Regex Recorded();
}
