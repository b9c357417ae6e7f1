using System.Collections.Immutable;
using System.Text;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Options of <see cref="RulesBench"/>.</summary>
/// <param name="Minutes">Time before it is measured, and of each measurement: the slowest groups take turns of
/// 5.</param>
/// <param name="Every">Seconds between two scrapes.</param>
/// <param name="HasWholeHistory">True for as much history as the other rules read, too: thirty times the
/// samples.</param>
/// <param name="Beside">Files of other rules, as plain groups or as PrometheusRule objects.</param>
internal sealed record RulesBenchOptions(
    int Clusters, int Members, int Minutes, int Every, bool HasWholeHistory, ImmutableArray<string> Beside);

/// <summary>Measures what it costs a real Prometheus to evaluate the shipped rules and others, with made-up series and
/// seven days of history.</summary>
internal sealed class RulesBench(RulesBenchOptions options, TextWriter output)
{
    private const int Interval = 30;
    private const string Failures = "prometheus_rule_evaluation_failures_total{";
    private const string Processor = "process_cpu_seconds_total";

    private readonly string _folder = Directory.CreateDirectory(Path.Combine(TestRun.Folder, "bench")).FullName;

    private static string Ours => $"{Repo.Root}/rules/*.rules.yaml";

    private string Others => $"{_folder}/*.beside.yaml";

    /// <summary>Prints the mean duration of each group and its share of its interval; then the processor time of
    /// Prometheus with all rules, with those of rules/ and with none.</summary>
    /// <exception cref="LabException">An evaluation failed.</exception>
    public async Task RunAsync()
    {
        var data = Directory.CreateDirectory(Path.Combine(_folder, "data"));
        await WriteHistoryAsync(data);
        var page = new MadeUpSeries(options.Clusters, options.Members, First).Page();
        CopyOthers();
        var text = Encoding.UTF8.GetBytes(string.Join('\n', page) + "\n");
        await using var server = await LoopbackServer.StartAsync(http =>
        {
            http.Response.ContentType = "text/plain; version=0.0.4";
            return http.Response.Body.WriteAsync(text).AsTask();
        });
        var target = new Uri(server.Urls.Single()).Authority;
        await using var prometheus = await Prometheus.StartAsync(
            Configuration(target, Ours, Others),
            BlockCopies.Binary(Sets), data.FullName, BlockCopies.Flags(Sets));
        await PauseAsync(options.Minutes * 60);
        var all = await LookAsync(prometheus);
        await RuleGroups.ReportAsync(all.Seen, output);
        await prometheus.ReloadAsync(Configuration(target, Ours));
        var some = await LookAsync(prometheus);
        await prometheus.ReloadAsync(Configuration(target));
        var none = await LookAsync(prometheus);
        await output.WriteLineAsync(FormattableString.Invariant($"""
            share of a processor, without rules  {none.Processor:P2}
            more with rules/                     {some.Processor - none.Processor:P2}
            more with those beside               {all.Processor - some.Processor:P2}
            """));
    }

    private int Sets => BlockCopies.Sets(options.Clusters);

    private int First => BlockCopies.First(Sets);

    private async Task WriteHistoryAsync(DirectoryInfo data)
    {
        var page = new MadeUpSeries(options.Clusters / Sets, options.Members, First).Page();
        var files = Directory.GetFiles(Path.Combine(Repo.Root, "rules"), "*.rules.yaml")
            .Concat(options.HasWholeHistory ? options.Beside : []);
        var history = new RuleHistory(
            string.Concat(files.Select(File.ReadAllText)), page.Concat(new RecordedSeries(options.Members).Of(page)),
            options.Every);
        await history.WriteAsync(data, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        BlockCopies.Make(data, Sets);
        await output.WriteLineAsync($"{options.Clusters} clusters of {options.Members}: {page.Length * Sets} series, "
            + $"history of {history.Samples * Sets} samples; scraped every {options.Every} s");
    }

    // A PrometheusRule has its groups one level deeper.
    private void CopyOthers()
    {
        foreach (var file in options.Beside)
        {
            var text = File.ReadAllText(file);
            var spec = text.IndexOf("\nspec:\n", StringComparison.Ordinal);
            File.WriteAllText(
                Path.Combine(_folder, $"{Path.GetFileNameWithoutExtension(file)}.beside.yaml"),
                spec < 0 ? text : text[(spec + "\nspec:".Length)..].Replace("\n  ", "\n", StringComparison.Ordinal));
        }
    }

    private string Configuration(string target, params string[] rules) => $$"""
        global:
          scrape_interval: {{options.Every}}s
          scrape_timeout: {{options.Every - 1}}s
          evaluation_interval: {{Interval}}s
        rule_files: [{{string.Join(", ", rules.Select(one => $"'{one}'"))}}]
        scrape_configs:
        - job_name: series
          honor_labels: true
          static_configs: [{targets: ['{{target}}']}]
        """;

    // Prometheus shows the duration of the last evaluation alone. Its processor time hardly depends on what else runs.
    private async Task<(double Processor, ILookup<string, double> Seen)> LookAsync(Prometheus prometheus)
    {
        List<(string Series, double Value)> seen = [];
        var rounds = options.Minutes * 60 / Interval;
        for (var round = 0; round <= rounds; round++)
        {
            await PauseAsync(Interval);
            seen.AddRange((await prometheus.ScrapeAsync()).Samples);
        }
        if (seen.Exists(one => one.Value > 0 && one.Series.StartsWith(Failures, StringComparison.Ordinal)))
            throw new LabException("an evaluation failed");
        var all = seen.ToLookup(one => one.Series, one => one.Value, StringComparer.Ordinal);
        return ((all[Processor].Last() - all[Processor].First()) / (rounds * Interval), all);
    }

    private static Task PauseAsync(int seconds) =>
        Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, CancellationToken.None);
}
