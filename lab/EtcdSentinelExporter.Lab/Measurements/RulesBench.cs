using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Measures how long a real Prometheus takes to evaluate the shipped rules.</summary>
internal static class RulesBench
{
    private const int Interval = 30;
    private const int Rounds = 6;
    private const string Duration = "prometheus_rule_group_last_duration_seconds{";
    private const string Failures = "prometheus_rule_evaluation_failures_total{";

    /// <summary>Scrapes made-up series every 15 s, evaluates all files of rules/ every 30 s, and prints the mean
    /// duration of each group.</summary>
    /// <param name="minutes">Time before it is measured: rules find no more history than that.</param>
    /// <exception cref="LabException">An evaluation failed.</exception>
    public static async Task RunAsync(int clusters, int members, int minutes, TextWriter output)
    {
        var page = new MadeUpSeries(clusters, members).Page();
        var text = string.Join('\n', page) + "\n";
        await using var server = await LoopbackServer.StartAsync(http => http.Response.WriteAsync(text));
        var target = new Uri(server.Urls.Single());
        await using var prometheus = await Prometheus.StartAsync($$"""
            global: {scrape_interval: 15s, scrape_timeout: 14s, evaluation_interval: {{Interval}}s}
            rule_files: ["{{Repo.Root}}/rules/*.rules.yaml"]
            scrape_configs:
            - job_name: series
              honor_labels: true
              static_configs: [{targets: ["{{target.Authority}}"]}]
            """);
        await Task.Delay(TimeSpan.FromMinutes(minutes), TimeProvider.System, CancellationToken.None);
        await output.WriteLineAsync(
            $"{clusters} clusters of {members}, {page.Length} series; mean of {Rounds} looks after {minutes} minutes:");
        await ReportAsync(await DurationsAsync(prometheus), output);
    }

    // Prometheus shows the duration of the last evaluation alone.
    private static async Task<ILookup<string, double>> DurationsAsync(Prometheus prometheus)
    {
        List<(string Series, double Value)> seen = [];
        for (var round = 0; round < Rounds; round++)
        {
            await Task.Delay(TimeSpan.FromSeconds(Interval), TimeProvider.System, CancellationToken.None);
            seen.AddRange((await prometheus.ScrapeAsync()).Samples);
        }
        if (seen.Exists(sample => sample.Value > 0 && sample.Series.StartsWith(Failures, StringComparison.Ordinal)))
            throw new LabException("an evaluation failed");
        return seen.Where(sample => sample.Series.StartsWith(Duration, StringComparison.Ordinal))
            .ToLookup(sample => sample.Series.Split('"', ';')[^2], sample => sample.Value, StringComparer.Ordinal);
    }

    private static async Task ReportAsync(ILookup<string, double> groups, TextWriter output)
    {
        foreach (var group in groups.OrderByDescending(group => group.Average()))
            await output.WriteLineAsync(Line(group.Key, group.Average()));
        var total = groups.Sum(group => group.Average());
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{Line("all", total)}, {total / Interval:P2} of {Interval} s"));
    }

    private static string Line(string name, double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"  {name,-40} {seconds * 1000,9:F1} ms");
}
