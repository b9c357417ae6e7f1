using System.Diagnostics;
using System.Globalization;
using EtcdSentinelExporter.Lab.Dashboards;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Options of <see cref="DashboardsBench"/>.</summary>
/// <param name="Minutes">Length of the history, and time of the dashboards.</param>
/// <param name="Chosen">Regular expression of the clusters that all dashboards but Fleet show.</param>
internal sealed record DashboardsBenchOptions(int Clusters, int Members, int Minutes, string Chosen);

/// <summary>Measures what opening each dashboard costs a real Prometheus: all of its queries, 720 points, six at a
/// time, as Grafana asks them.</summary>
internal sealed class DashboardsBench(DashboardsBenchOptions options, TextWriter output)
{
    private const int Step = 120;
    private const int Points = 720;
    private const int Browser = 6;
    private const int Loads = 3;

    private static readonly string[] s_alerts = ["ALERTS", "ALERTS_FOR_STATE"];

    /// <exception cref="LabException">A query failed.</exception>
    public async Task RunAsync()
    {
        var sets = BlockCopies.Sets(options.Clusters);
        var page = new MadeUpSeries(options.Clusters / sets, options.Members, BlockCopies.First(sets)).Page();
        string[] all = [.. page, .. new RecordedSeries(options.Members).Of(page), .. Alerts(page)];
        await output.WriteLineAsync($"{options.Clusters} clusters of {options.Members}: {all.Length * sets} series, "
            + $"{options.Minutes} minutes, a sample every {Step / 60}; all dashboards but Fleet show {options.Chosen}");
        await using var history = await History.StartAsync(
            end => all.SelectMany(series => OverTime(series, end)), sets);
        using var prometheus = new QueryApi(history.Address);
        double end = history.End.ToUnixTimeSeconds();
        var time = new DashboardTime(
            end - options.Minutes * 60, end, Math.Max(options.Minutes * 60 / Points, Step / 8));
        await output.WriteLineAsync(
            "dashboard      queries  rows or lines  first load s  median of 3 s  slowest query");
        foreach (var dashboard in Dashboard.All)
            await MeasureAsync(dashboard, prometheus, time);
        var load = await File.ReadAllTextAsync("/proc/loadavg");
        await output.WriteLineAsync($"load average: {string.Join(' ', load.Split(' ')[..3])}");
    }

    private async Task MeasureAsync(Dashboard dashboard, QueryApi prometheus, DashboardTime time)
    {
        List<Load> loads = [];
        for (var i = 0; i < Loads; i++)
            loads.Add(await LoadAsync(dashboard, prometheus, time));
        var median = loads.OrderBy(load => load.Seconds).ElementAt(Loads / 2);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{dashboard.Name,-14} "
            + $"{dashboard.Queries.Length,7} {median.Lines,14} {loads[0].Seconds,13:F2} {median.Seconds,14:F2} "
            + $"{median.Slowest.Seconds,8:F2} s, {median.Slowest.Query.Where}"));
    }

    private async Task<Load> LoadAsync(Dashboard dashboard, QueryApi prometheus, DashboardTime time)
    {
        using var browser = new SemaphoreSlim(Browser);
        var chosen = dashboard.Name == "fleet" ? ".*" : options.Chosen;
        var whole = Stopwatch.StartNew();
        var asked = await Task.WhenAll(dashboard.Queries.Select(async query =>
        {
            await browser.WaitAsync();
            try
            {
                var one = Stopwatch.StartNew();
                var lines = await query.AskAsync(prometheus, time, chosen, window: "8m");
                return (one.Elapsed.TotalSeconds, query, lines.Length);
            }
            finally
            {
                browser.Release();
            }
        }));
        var (seconds, slowest, _) = asked.MaxBy(one => one.TotalSeconds);
        return new(whole.Elapsed.TotalSeconds, (seconds, slowest), asked.Sum(one => one.Length));
    }

    private sealed record Load(double Seconds, (double Seconds, DashboardQuery Query) Slowest, int Lines);

    // Trouble for the table of clusters: an alert for each exporter.
    private static IEnumerable<string> Alerts(IEnumerable<string> page) =>
        from line in page
        where line.StartsWith("etcd_sentinel_build_info{", StringComparison.Ordinal)
        let labels = line.Split('{', '}')[1]
        let isSevere = labels.Contains("1-1\"", StringComparison.Ordinal)
        from name in s_alerts
        orderby name
        let alert = isSevere ? "EtcdDown\",severity=\"critical" : "DiskWornOut\",severity=\"warning"
        let state = name == "ALERTS" ? ",alertstate=\"firing\"" : ""
        select $"{name}{{alertname=\"{alert}\"{state},{labels}}} 1";

    // A counter grows evenly up to its value.
    private IEnumerable<string> OverTime(string series, long end)
    {
        var (name, value) = Split(series);
        var family = name[..name.IndexOf('{', StringComparison.Ordinal)];
        var counts = Array.Exists(["_total", "_bucket", "_count", "_sum"], family.EndsWith);
        var samples = options.Minutes * 60 / Step;
        for (var i = 0; i <= samples; i++)
        {
            var then = counts ? value * i / samples : value;
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{name} {then} {end - (samples - i) * Step}");
        }
    }

    /// <summary>Splits a line of a page into series and value.</summary>
    public static (string Series, double Value) Split(string line) =>
        line.LastIndexOf(' ') is var at
            ? (line[..at], double.Parse(line[(at + 1)..], CultureInfo.InvariantCulture))
            : default;
}
