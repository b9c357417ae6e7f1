using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>Writes a situation as a test of promtool, with all rules.</summary>
/// <param name="rules">Folder of the rules.</param>
internal sealed class SituationFile(string rules)
{
    private static readonly string[] Areas =
    [
        "recording", "storage", "drives", "cause", "members", "database", "wal", "certificates", "sentinel", "apiserver",
        "backups",
    ];

    // Within a file groups have names; recorded series come first.
    private static readonly string[] Groups =
    [
        "recording", "recording-slow", "storage", "storage-slow", "drives-critical", "drives", "cause", "members",
        "database", "database-slow", "wal", "certificates", "sentinel", "sentinel-slow", "apiserver",
        "backups", "recording-dashboards",
    ];

    public string Text(Situation situation)
    {
        var text = new StringBuilder("rule_files:\n");
        foreach (var area in Areas)
            text.Append(CultureInfo.InvariantCulture, $"- {rules}/{area}.rules.yaml\n");
        text.Append(CultureInfo.InvariantCulture, $"evaluation_interval: {Seconds(situation.Step)}\ngroup_eval_order:\n");
        foreach (var group in Groups)
            text.Append(CultureInfo.InvariantCulture, $"- control-plane-sentinel.{group}\n");
        text.Append(CultureInfo.InvariantCulture, $"tests:\n- name: {situation.Name}\n")
            .Append(CultureInfo.InvariantCulture, $"  interval: {Seconds(situation.Step)}\n  input_series:\n");
        foreach (var (series, values) in Series(situation).DistinctBy(one => one.Series, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"  - series: '{series}'\n    values: '{values}'\n");
        text.Append("  promql_expr_test:\n");
        Fired(text, situation);
        foreach (var (alert, at) in situation.Pages)
            Page(text, alert, at);
        return text.ToString();
    }

    private static IEnumerable<(string Series, string Values)> Series(Situation situation)
    {
        var times = Enumerable.Range(0, (int)(situation.Length / situation.Step) + 1)
            .Select(number => number * situation.Step.TotalSeconds).ToArray();
        return situation.Clusters.SelectMany(cluster => new ClusterSeries(cluster, times, situation).All());
    }

    private static void Fired(StringBuilder text, Situation situation)
    {
        var length = Seconds(situation.Length);
        text.Append("  - expr: group by (alertname) (max_over_time(")
            .Append(CultureInfo.InvariantCulture, $"ALERTS{{alertstate=\"firing\", alertname!~\"Kube.*\"}}[{length}]))\n")
            .Append(CultureInfo.InvariantCulture, $"    eval_time: {length}\n    exp_samples:");
        text.Append(situation.Fires.IsEmpty ? " []\n" : "\n");
        foreach (var alert in situation.Fires)
            text.Append(CultureInfo.InvariantCulture, $"    - labels: '{{alertname=\"{alert}\"}}'\n      value: 1\n");
    }

    private static void Page(StringBuilder text, string alert, TimeSpan at) => text
        .Append("  - expr: group by (alertname) (")
        .Append(CultureInfo.InvariantCulture, $"ALERTS{{alertstate=\"firing\", alertname=\"{alert}\"}})\n")
        .Append(CultureInfo.InvariantCulture, $"    eval_time: {Seconds(at)}\n    exp_samples:\n")
        .Append(CultureInfo.InvariantCulture, $"    - labels: '{{alertname=\"{alert}\"}}'\n      value: 1\n");

    private static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds}s");
}
