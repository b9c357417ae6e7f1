using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;

namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>Options of a soak.</summary>
/// <param name="Length">From the first poll to the last fault.</param>
/// <param name="WarmUp">Time at the start that the judgement of memory leaves out.</param>
/// <param name="Folder">Where the measured values go while it runs.</param>
internal sealed record SoakOptions(TimeSpan Length, TimeSpan WarmUp, int Seed, string Exporter, string Folder);

/// <summary>Runs the exporter for hours among faults, and measures it.</summary>
internal sealed class SoakRun(SoakOptions options, TextWriter output)
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(30);

    // Kept connections are closed after 130 s.
    private static readonly TimeSpan s_quietAgain = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan s_sampleEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_lineEvery = TimeSpan.FromMinutes(1);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly ConcurrentQueue<SoakSample> _samples = new();
    private readonly ConcurrentQueue<SoakScrape> _scrapes = new();

    private double Hours => _watch.Elapsed.TotalHours;

    /// <exception cref="LabException">The exporter ended; the message has its log.</exception>
    public async Task<SoakResult> RunAsync()
    {
        await using var node = await SoakNode.StartAsync(options.Exporter);
        await using var control = await node.StartControlAsync();
        using var scraper = new SoakScraper(
            new(node.Exporter.Address, "metrics"), control.Page, new(node.Exporter.Process.Id), () => Hours);
        await using var samples = Open("samples.csv", SoakSample.Header);
        await using var scrapes = Open("scrapes.csv", SoakScrape.Header);
        using var end = new CancellationTokenSource();
        FaultLane[] lanes = [.. Lanes(node)];
        _watch.Restart();
        await SampleAsync(node, samples);
        var watching = Task.WhenAll(
            EveryAsync(s_sampleEvery, () => SampleAsync(node, samples), end),
            EveryAsync(TimeSpan.FromSeconds(1), () => ScrapeAsync(scraper, scrapes), end),
            EveryAsync(s_sampleEvery, () => scraper.OpenAsync(_samples.Count), end),
            EveryAsync(s_lineEvery, () => SayAsync(lanes), end));
        await SoakPause.ForAsync(s_quiet, end.Token);
        var before = _samples.Aggregate((one, other) => one.Or(other));
        using var faults = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
        var making = Task.WhenAll(lanes.Select(lane => lane.RunAsync(faults.Token)));
        await SoakPause.ForAsync(options.Length - _watch.Elapsed, end.Token);
        await faults.CancelAsync();
        await making;
        var after = await CalmDownAsync(before, end.Token);
        var isWhole = await node.IsWholeAgainAsync();
        await end.CancelAsync();
        await watching;
        return new(options.WarmUp.TotalHours, before, after, [.. _samples], [.. _scrapes], Sum(lanes),
            [.. lanes.SelectMany(lane => lane.Failures)], isWhole, await node.StopAsync(), await LeftAsync(node));
    }

    private IEnumerable<FaultLane> Lanes(SoakNode node) =>
    [
        new(new Random(options.Seed), 12, new ClusterFaults(node.Cluster).All),
        new(new Random(options.Seed + 1), 6, new NodeFaults(node.Cluster, node.Plane, node.Smartctl).All),
        new(new Random(options.Seed + 2), 6, new HttpAbuse(node.Exporter.Address).All),
    ];

    private static ImmutableSortedDictionary<string, int> Sum(FaultLane[] lanes) =>
        lanes.SelectMany(lane => lane.Made).ToImmutableSortedDictionary(StringComparer.Ordinal);

    // Until nothing is above its number at the start.
    private async Task<SoakSample> CalmDownAsync(SoakSample before, CancellationToken end)
    {
        var began = _watch.Elapsed;
        do
        {
            await SoakPause.ForAsync(s_sampleEvery, end);
        }
        while (!_samples.Last().IsWithin(before) && _watch.Elapsed - began < s_quietAgain
            && !end.IsCancellationRequested);
        return _samples.Last();
    }

    private static async Task<int> LeftAsync(SoakNode node)
    {
        await Wait.BecomesTrueAsync(
            () => Task.FromResult(node.StandIns == 0), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10));
        return node.StandIns;
    }

    private async Task SampleAsync(SoakNode node, StreamWriter file)
    {
        node.Exporter.AssertRuns();
        var sample = node.Sample(Hours);
        _samples.Enqueue(sample);
        await file.WriteLineAsync(sample.Line);
    }

    private async Task ScrapeAsync(SoakScraper scraper, StreamWriter file)
    {
        var scrape = await scraper.ScrapeAsync();
        _scrapes.Enqueue(scrape);
        await file.WriteLineAsync(scrape.Line);
    }

    private Task SayAsync(FaultLane[] lanes)
    {
        var last = _samples.Last();
        return output.WriteLineAsync(FormattableString.Invariant(
            $"{60 * Hours:0} min: anonymous {last.Anonymous:0.0} MiB, resident {last.Resident:0.0} MiB, ")
            + FormattableString.Invariant($"{last.Threads} threads, {last.Descriptors} descriptors, ")
            + FormattableString.Invariant($"{_scrapes.Count} scrapes, ")
            + FormattableString.Invariant($"{_scrapes.Count(one => one.IsSlowAlone)} slow, ")
            + FormattableString.Invariant(
                $"{_scrapes.Count(one => one.Failure is not null)} failed, {Sum(lanes).Values.Sum()} faults"));
    }

    private StreamWriter Open(string name, string header)
    {
        var file = new StreamWriter(Path.Combine(Directory.CreateDirectory(options.Folder).FullName, name))
        {
            AutoFlush = true,
        };
        file.WriteLine(header);
        return file;
    }

    // The first that fails ends all.
    private static async Task EveryAsync(TimeSpan period, Func<Task> act, CancellationTokenSource end)
    {
        try
        {
            using var timer = new PeriodicTimer(period, TimeProvider.System);
            do
            {
                await act();
            }
            while (await timer.WaitForNextTickAsync(end.Token));
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
        }
        finally
        {
            await end.CancelAsync();
        }
    }
}
