using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Options of <see cref="RulesBench"/>.</summary>
/// <param name="Minutes">Time before it is measured, and of each measurement: the slowest groups take turns of 5.</param>
/// <param name="Every">Seconds between two scrapes.</param>
/// <param name="HasWholeHistory">True for as much history as the other rules read, too: thirty times the samples.</param>
/// <param name="Beside">Files of other rules, as plain groups or as PrometheusRule objects.</param>
internal sealed record RulesBenchOptions(
    int Clusters, int Members, int Minutes, int Every, bool HasWholeHistory, ImmutableArray<string> Beside);

/// <summary>Measures how long a real Prometheus takes to evaluate the shipped rules.</summary>
internal static class RulesBench
{
    private const int Interval = 30;
    private const string Ours = "control-plane-sentinel.";
    private const string Processor = "process_cpu_seconds_total";
    private const string Duration = "prometheus_rule_group_last_duration_seconds{";
    private const string Every = "prometheus_rule_group_interval_seconds{";
    private const string Failures = "prometheus_rule_evaluation_failures_total{";

    /// <summary>Scrapes made-up series with seven days of history, evaluates all files of rules/ and the others every 30 s,
    /// and prints the mean duration of each group and its share of its interval; then the processor time of Prometheus with
    /// all rules, with those of rules/ and with none.</summary>
    /// <exception cref="LabException">An evaluation failed.</exception>
    public static async Task RunAsync(RulesBenchOptions options, TextWriter output)
    {
        var page = new MadeUpSeries(options.Clusters, options.Members).Page();
        var files = Directory.GetFiles(Path.Combine(Repo.Root, "rules"), "*.rules.yaml");
        var rules = string.Concat(
            files.Concat(options.HasWholeHistory ? options.Beside : []).Select(File.ReadAllText));
        var history = new RuleHistory(rules, page.Concat(new RecordedSeries(options.Members).Of(page)), options.Every);
        var data = Directory.CreateDirectory(Path.Combine(TestRun.Folder, "bench/data"));
        var folder = data.Parent!.FullName;
        await history.WriteAsync(data, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await CopyAsync(options.Beside, folder);
        await output.WriteLineAsync($"{options.Clusters} clusters of {options.Members}: {page.Length} series; history of "
            + $"{history.Series}, {history.Samples} samples; scraped every {options.Every} s");
        var text = Encoding.UTF8.GetBytes(string.Join('\n', page) + "\n");
        await using var server = await LoopbackServer.StartAsync(http => http.Response.Body.WriteAsync(text).AsTask());
        string Configuration(params string[] files) => $$"""
            global: {scrape_interval: {{options.Every}}s, scrape_timeout: {{options.Every - 1}}s, evaluation_interval: {{Interval}}s}
            rule_files: [{{string.Join(", ", files)}}]
            scrape_configs:
            - job_name: series
              honor_labels: true
              static_configs: [{targets: ["{{new Uri(server.Urls.Single()).Authority}}"]}]
            """;

        var (ours, others) = ($"\"{Repo.Root}/rules/*.rules.yaml\"", $"\"{folder}/*.beside.yaml\"");
        await using var prometheus = await Prometheus.StartAsync(Configuration(ours, others), data: data.FullName);
        await PauseAsync(options.Minutes * 60);
        var (all, seen) = await LookAsync(prometheus, options.Minutes * 60 / Interval);
        await ReportAsync("rules/", Groups(seen, isOurs: true), output);
        await ReportAsync("beside", Groups(seen, isOurs: false), output);
        await prometheus.ReloadAsync(Configuration(ours));
        var (some, _) = await LookAsync(prometheus, options.Minutes * 60 / Interval);
        await prometheus.ReloadAsync(Configuration());
        var (none, _) = await LookAsync(prometheus, options.Minutes * 60 / Interval);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"share of a processor: {none:P2} without rules, {some - none:P2} for rules/, {all - some:P2} for those beside"));
    }

    // Prometheus shows the duration of the last evaluation alone. Its own processor time does not depend on what else runs.
    private static async Task<(double Processor, ILookup<string, double> Seen)> LookAsync(Prometheus prometheus, int rounds)
    {
        await PauseAsync(Interval);
        List<(string Series, double Value)> seen = [.. (await prometheus.ScrapeAsync()).Samples];
        for (var round = 0; round < rounds; round++)
        {
            await PauseAsync(Interval);
            seen.AddRange((await prometheus.ScrapeAsync()).Samples);
        }
        if (seen.Exists(sample => sample.Value > 0 && sample.Series.StartsWith(Failures, StringComparison.Ordinal)))
            throw new LabException("an evaluation failed");
        var all = seen.ToLookup(sample => sample.Series, sample => sample.Value, StringComparer.Ordinal);
        var processor = all[Processor].ToArray();
        return ((processor[^1] - processor[0]) / (rounds * Interval), all);
    }

    // Names, with mean seconds and interval.
    private static ImmutableArray<(string Name, double Seconds, double Interval)> Groups(
        ILookup<string, double> seen, bool isOurs) =>
    [
        .. from one in seen
           where one.Key.StartsWith(Duration, StringComparison.Ordinal)
           let name = one.Key.Split('"', ';')[^2]
           where name.StartsWith(Ours, StringComparison.Ordinal) == isOurs
           let seconds = one.Where(double.IsFinite).DefaultIfEmpty().Average()
           orderby seconds descending
           select (name, seconds, seen[Every + one.Key[Duration.Length..]].First()),
    ];

    private static async Task ReportAsync(
        string name, ImmutableArray<(string Name, double Seconds, double Interval)> groups, TextWriter output)
    {
        var share = groups.Sum(group => group.Seconds / group.Interval);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {groups.Sum(group => group.Seconds) * 1000:F1} ms for each group once; {share:P2} of the time"));
        foreach (var (group, seconds, interval) in groups.Where(group => group.Seconds > 0))
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"  {group,-44} {seconds * 1000,9:F1} ms of {interval,3} s, {seconds / interval:P2}"));
        }
    }

    private static Task PauseAsync(int seconds) =>
        Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, CancellationToken.None);

    // A PrometheusRule has its groups one level deeper.
    private static async Task CopyAsync(ImmutableArray<string> files, string folder)
    {
        foreach (var file in files)
        {
            var text = await File.ReadAllTextAsync(file);
            var spec = text.IndexOf("\nspec:\n", StringComparison.Ordinal);
            await File.WriteAllTextAsync(
                Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(file)}.beside.yaml"),
                spec < 0 ? text : text[(spec + "\nspec:".Length)..].Replace("\n  ", "\n", StringComparison.Ordinal));
        }
    }
}
