using System.Collections.Immutable;
using System.Net;
using EtcdSentinelExporter.Lab.Drawing;

namespace EtcdSentinelExporter.Lab.Measurements.Scaling;

/// <summary>Options of <see cref="ScaleBench"/>.</summary>
/// <param name="Seconds">Duration of each step.</param>
/// <param name="IsQuick">True for the first two steps of each dimension.</param>
/// <param name="Only">Names of dimensions; empty for all.</param>
internal sealed record ScaleBenchOptions(string Exporter, int Seconds, bool IsQuick, ImmutableArray<string> Only);

/// <summary>Measures what a poll costs as the work grows, in one dimension after the other.</summary>
internal sealed class ScaleBench(ScaleBenchOptions options, TextWriter output)
{
    private const int Settle = 5;
    private const int Looks = 6;

    private static readonly string s_folder = Path.Combine(Repo.Artifacts, "scale");

    /// <summary>Prints a table for each dimension, and draws all of them.</summary>
    public async Task RunAsync()
    {
        List<ChartPanel> panels = [];
        foreach (var dimension in new ScaleSteps(TestRun.Folder).All.Where(IsWanted))
        {
            await output.WriteLineAsync(
                $"\n| {dimension.Name} | CPU of a {What(dimension)}, ms | CPU of a minute, ms | it takes, ms "
                    + "| anonymous, MiB | page, bytes | load average |\n| --- | --- | --- | --- | --- | --- | --- |");
            List<ScaleRow> rows = [];
            foreach (var size in options.IsQuick ? dimension.Steps[..2] : dimension.Steps)
            {
                rows.Add(await MeasureAsync(dimension, size));
                await output.WriteLineAsync(Row(rows[^1]));
            }
            panels.Add(Panel(dimension, rows));
        }
        Directory.CreateDirectory(s_folder);
        var picture = Path.Combine(s_folder, "scale.svg");
        await File.WriteAllTextAsync(picture, Chart.Draw("Cost as the work grows", [.. panels]));
        await output.WriteLineAsync($"\npicture: {picture}");
    }

    private bool IsWanted(ScaleDimension dimension) =>
        options.Only.IsEmpty || options.Only.Contains(dimension.Name);

    private static string What(ScaleDimension dimension) => dimension.Collector.Length == 0 ? "scrape" : "poll";

    private async Task<ScaleRow> MeasureAsync(ScaleDimension dimension, int size)
    {
        await using var step = await dimension.Arrange(size);
        await using var sentinel = await Sentinel.StartAsync(
            Path.Combine(TestRun.Folder, "scale.log"), [options.Exporter], IPAddress.Loopback,
            [.. ScaleSteps.Only(dimension.Collector), .. step.Settings]);
        await sentinel.WaitAsync(step.IsWhole, $"the page has {size} {dimension.Name}");
        await PauseAsync(Settle);
        var process = new ProcessFigures(sentinel.Process.Id);
        var seconds = Math.Max(options.Seconds, step.MinSeconds);
        var idle = step.Load is null ? 0 : await IdleAsync(process, seconds);
        var (page, processor) = (await sentinel.ScrapeAsync(), process.Processor);
        var polls = Polls(page, dimension);
        List<double> anonymous = [], took = [];
        if (step.Load is { } scrapers)
        {
            took.AddRange(await scrapers.RunAsync(new(sentinel.Address, "metrics"), seconds));
            anonymous.Add(process.Kibibytes("RssAnon") / 1024);
        }
        for (var look = 0; step.Load is null && look < Looks; look++)
        {
            await PauseAsync((double)seconds / Looks);
            page = await sentinel.ScrapeAsync();
            anonymous.Add(process.Kibibytes("RssAnon") / 1024);
            took.Add(1000 * page.Value("etcd_sentinel_poll_duration_seconds", dimension.Collector) ?? double.NaN);
        }
        var used = (process.Processor - processor).TotalMilliseconds;
        var count = step.Load is null ? Polls(page, dimension) - polls : took.Count;
        return new(size, (used - idle) / count, used * 60 / seconds, Median(took), Median(anonymous), page.Text.Length,
            LoadAverage.Now);
    }

    // What the polls take that go on beside scrapes, in ms.
    private static async Task<double> IdleAsync(ProcessFigures process, int seconds)
    {
        var before = process.Processor;
        await PauseAsync(seconds);
        return (process.Processor - before).TotalMilliseconds;
    }

    private static double Polls(Scrape page, ScaleDimension dimension) => page.Samples
        .Where(one => one.Series.StartsWith(
            $"etcd_sentinel_polls_total{{collector=\"{dimension.Collector}\"", StringComparison.Ordinal))
        .Sum(one => one.Value);

    private static string Row(ScaleRow row) => FormattableString.Invariant(
        $"| {row.Size:#,0} | {row.Each:0.00} | {row.Minute:#,0} | {row.Took:0.0} | {row.Anonymous:0.0} ")
        + FormattableString.Invariant($"| {row.Bytes:#,0} | {row.Load:0.0} |");

    private static ChartPanel Panel(ScaleDimension dimension, List<ScaleRow> rows) => new(
        dimension.Name, dimension.Name,
        [
            new($"CPU, ms", Points(rows, row => row.Each)), new("takes, ms", Points(rows, row => row.Took)),
            new("MiB", Points(rows, row => row.Anonymous)),
        ],
        IsLogX: true, IsLogY: true);

    // A logarithmic axis has no 0.
    private static ImmutableArray<(double, double)> Points(List<ScaleRow> rows, Func<ScaleRow, double> of) =>
        [.. rows.Select(row => (Math.Max(row.Size, 1.0), of(row)))];

    private static double Median(List<double> values) => values.Order().ElementAt((values.Count - 1) / 2);

    private static Task PauseAsync(double seconds) =>
        Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, CancellationToken.None);
}
