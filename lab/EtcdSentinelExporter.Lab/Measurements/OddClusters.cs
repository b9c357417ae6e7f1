using System.Collections.Immutable;
using System.Globalization;
using EtcdSentinelExporter.Lab.Dashboards;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Runs all queries of the dashboards on made-up series of ten minutes. No query may fail, Fleet has one row
/// for each cluster, the alerts that fire are listed, and with an API server the panels about it have data.</summary>
internal static class OddClusters
{
    private const int Step = 15;
    private const int Steps = 40;
    private const int Day = 24 * 60 * 60;

    /// <exception cref="LabException">A case failed; its output was printed.</exception>
    public static async Task RunAsync(TextWriter output)
    {
        List<string> failed = [];
        foreach (var one in OddClusterCases.All())
        {
            await using var history =
                await History.StartAsync(end => one.Series.SelectMany(series => TenMinutes(series, end)));
            var complaints = await ComplainAsync(one, history);
            await output.WriteLineAsync(
                $"{one.Name}: {(complaints.Length == 0 ? "ok" : string.Join("\n  ", complaints))}");
            if (complaints.Length > 0)
                failed.Add(one.Name);
        }
        if (failed.Count > 0)
            throw new LabException($"failed: {string.Join(", ", failed)}");
    }

    private static async Task<string[]> ComplainAsync(OddClusterCase one, History history)
    {
        using var prometheus = new QueryApi(history.Address);
        double end = history.End.ToUnixTimeSeconds();
        var time = new DashboardTime(end - 300, end, 30);
        List<string> complaints = [];
        foreach (var panel in Dashboard.All.SelectMany(dashboard => dashboard.Panels))
        {
            List<(string Letter, ImmutableArray<Line> Lines)> answers = [];
            foreach (var query in panel.Queries)
            {
                try
                {
                    answers.Add((query.Letter, await query.AskAsync(prometheus, time)));
                    complaints.AddRange(one.HasApiServer ? AboutApiServer(query, answers[^1].Lines) : []);
                }
                catch (LabException e)
                {
                    complaints.Add($"{query.Where}: {e.Message}");
                }
            }
            complaints.AddRange((panel.Dashboard, panel.Kind, panel.Title) switch
            {
                ("fleet", "table", _) => Differences("clusters", one.Clusters, Texts(answers, "cluster", "")),
                ("overview", "table", _) => Differences("alerts", one.Alerts, Texts(answers, "alertname")),
                _ => [],
            });
        }
        return [.. complaints];
    }

    // Where there is one, a panel about it shows numbers, with the labels that it shows them by. Older ones count
    // objects without group, and Prometheus may watch one cluster.
    private static IEnumerable<string> AboutApiServer(DashboardQuery query, ImmutableArray<Line> lines)
    {
        var numbers = lines.Where(line => double.IsFinite(line.Last)).ToList();
        var missing = query.LegendLabels.Except(
            [.. numbers.SelectMany(line => line.Labels.Keys), "group", "cluster"], StringComparer.Ordinal).ToList();
        if (!query.Expression.Contains("apiserver_", StringComparison.Ordinal))
            yield break;
        if (numbers.Count == 0)
            yield return $"{query.Where}: no numbers";
        else if (missing.Count > 0)
            yield return $"{query.Where}: no label {string.Join(", ", missing)}";
    }

    private static IEnumerable<string> Texts(
        IReadOnlyList<(string, ImmutableArray<Line>)> answers, string label, string? missing = null) =>
        MergedTable.Of(answers).Select(row => row.GetValueOrDefault(label) as string ?? missing).OfType<string>();

    private static IEnumerable<string> Differences(string what, IEnumerable<string> expected, IEnumerable<string> seen)
    {
        string[] some = [.. expected.Order(StringComparer.Ordinal)], others = [.. seen.Order(StringComparer.Ordinal)];
        return some.SequenceEqual(others, StringComparer.Ordinal)
            ? []
            : [$"{what}: {string.Join(", ", others)}; expected {string.Join(", ", some)}"];
    }

    // Counters of the API server grow; a day ago it had half as many objects.
    private static IEnumerable<string> TenMinutes(string line, long end)
    {
        var (series, value) = DashboardsBench.Split(line);
        var family = series[..series.IndexOf('{', StringComparison.Ordinal)];
        var ofApiServer = family.StartsWith("apiserver_", StringComparison.Ordinal);
        var counts = ofApiServer && Array.Exists(["_bucket", "_count", "_total"], family.EndsWith);
        if (ofApiServer && family.EndsWith("_objects", StringComparison.Ordinal))
            yield return string.Create(CultureInfo.InvariantCulture, $"{series} {value / 2} {end - Day}");
        for (var i = Steps; i >= 0; i--)
        {
            var then = counts ? value * (Steps + 10 - i) : value;
            yield return string.Create(CultureInfo.InvariantCulture, $"{series} {then} {end - i * Step}");
        }
    }
}
