using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Options of <see cref="ScrapeBench"/>.</summary>
/// <param name="Runs">Rounds over all subjects.</param>
/// <param name="LoadSeconds">Duration of each load.</param>
/// <param name="IdleSeconds">Time over which the idle processor time is measured.</param>
/// <param name="FreshScrapes">Scrapes, one a second, each after a poll.</param>
/// <param name="Minutes">Time for which all are scraped every 15 s; 0 to leave it out.</param>
internal sealed record ScrapeBenchOptions(int Runs, int LoadSeconds, int IdleSeconds, int FreshScrapes, int Minutes);

/// <summary>Measures the exporter, Debian's exporters that it replaces, and nginx with the same bytes (the floor) in
/// turn.</summary>
/// <remarks>Everything runs on loopback, and the load generator shares the processors with what it measures: the ratios
/// mean more than the numbers.</remarks>
internal sealed class ScrapeBench(ScrapeBenchOptions options, BenchSubjects subjects, string folder)
{
    private const int Scrapes = 1000;
    private const string EveryPoll = "--members.every=1s";
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(15);

    private readonly Figures _figures = new();

    /// <summary>Measures and prints the medians of all runs.</summary>
    public async Task RunAsync(TextWriter output)
    {
        foreach (var line in subjects.Describe())
            await output.WriteLineAsync(line);
        await using (var subject = await subjects.StartAsync(BenchSubjects.Sentinel))
            await Nginx.WritePageAsync(folder, await subject.GetAsync());
        for (var run = 0; run < options.Runs; run++)
        {
            foreach (var name in subjects.All)
                await MeasureAsync(name, output);
        }
        foreach (var name in subjects.Exporters)
            await MeasureFreshAsync(name);
        await MeasureTogetherAsync();
        await PrintAsync(output);
    }

    private async Task MeasureAsync(string name, TextWriter output)
    {
        await using var subject = await subjects.StartAsync(name);
        _figures.Note(name, BenchRows.Start, subject.Start.TotalMilliseconds);
        for (var scrape = 0; scrape < Scrapes; scrape++)
            await subject.GetAsync();
        BenchRows.NoteMemory(_figures, name, subject.Cost);
        _figures.Note(name, BenchRows.Threads, subject.Cost.Threads);
        _figures.Note(name, BenchRows.Files, subject.Cost.Descriptors);
        var page = await subject.GetAsync();
        _figures.Note(name, BenchRows.Bytes, System.Text.Encoding.UTF8.GetByteCount(page));
        _figures.Note(name, BenchRows.Compressed, await subject.CompressedBytesAsync());
        _figures.Note(name, BenchRows.Samples, page.Split('\n').Count(line => line.Length > 0 && line[0] != '#'));
        foreach (var connections in (int[])[1, 50])
        {
            foreach (var encoding in (string[])["gzip", "identity"])
            {
                if (await LoadAsync(name, subject, connections, encoding) is > 0 and var share)
                {
                    await output.WriteLineAsync(FormattableString.Invariant(
                        $"note: {name} refused {share:P2} of the scrapes of {connections} connections, {encoding}"));
                }
            }
        }
    }

    /// <returns>Share of the scrapes that were refused.</returns>
    private async Task<double> LoadAsync(string name, BenchSubject subject, int connections, string encoding)
    {
        var before = subject.Cost.Processor;
        var load = await Wrk.RunAsync(subject.Page, connections, options.LoadSeconds, encoding);
        double[] values =
        [
            load.MedianMicroseconds, load.P99Microseconds,
            (subject.Cost.Processor - before).TotalMicroseconds / load.Requests, load.PerSecond,
        ];
        foreach (var ((row, _), value) in BenchRows.Load(connections, encoding).Zip(values))
            _figures.Note(name, row, value);
        return load.Refused / load.Requests;
    }

    // A scrape whose page is not written yet, over a new connection: one a second while members are polled each second,
    // less what the polls take.
    private async Task MeasureFreshAsync(string name)
    {
        await using var subject = await subjects.StartAsync(
            name, keepsConnection: false, EveryPoll, "--members.timeout=1s");
        var start = subject.Cost.ThreadNanoseconds;
        await PauseAsync(options.FreshScrapes);
        var polls = subject.Cost.ThreadNanoseconds;
        for (var scrape = 0; scrape < options.FreshScrapes; scrape++)
        {
            await PauseAsync(1);
            await subject.GetAsync();
        }
        var both = subject.Cost.ThreadNanoseconds;
        _figures.Note(name, BenchRows.Fresh, ((both - polls) - (polls - start)) / options.FreshScrapes / 1000);
    }

    // All beside each other: processor time and memory depend little on the neighbours.
    private async Task MeasureTogetherAsync()
    {
        List<(string Name, BenchSubject Subject)> all = [];
        foreach (var name in subjects.All)
            all.Add((name, await subjects.StartAsync(name)));
        await PauseAsync(2);
        await MeasureHourAsync(all, BenchRows.Idle, options.IdleSeconds, isScraped: false);
        if (options.Minutes > 0)
            await MeasureHourAsync(all, BenchRows.Scraped, options.Minutes * 60, isScraped: true);
        foreach (var (name, subject) in all)
        {
            if (options.Minutes > 0)
                BenchRows.NoteMemory(_figures, name, subject.Cost, options.Minutes);
            await subject.DisposeAsync();
        }
    }

    private async Task MeasureHourAsync(
        List<(string Name, BenchSubject Subject)> all, string row, int seconds, bool isScraped)
    {
        var before = all.ConvertAll(one => one.Subject.Cost.Processor);
        using var timer = new PeriodicTimer(s_interval, TimeProvider.System);
        for (var passed = 0; isScraped && passed < seconds; passed += (int)s_interval.TotalSeconds)
        {
            foreach (var (_, subject) in all)
                await subject.GetAsync();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
        if (!isScraped)
            await PauseAsync(seconds);
        foreach (var ((name, subject), start) in all.Zip(before))
            _figures.Note(name, row, (subject.Cost.Processor - start).TotalHours * 3600 * 3600 / seconds);
    }

    private async Task PrintAsync(TextWriter output)
    {
        string[] head =
        [
            $"median of {options.Runs.ToString(CultureInfo.InvariantCulture)} (least to most)", .. subjects.All,
            $"sum of the {subjects.Replaced.Length} replaced", "sentinel / sum", "sentinel / nginx",
        ];
        await output.WriteLineAsync(Figures.Row(head));
        await output.WriteLineAsync(Figures.Row(head.Select(_ => "---")));
        foreach (var (row, isSummed) in BenchRows.All(options.Minutes))
        {
            var ours = _figures.Median(BenchSubjects.Sentinel, row);
            var sum = isSummed ? _figures.Sum(subjects.Replaced, row) : null;
            await output.WriteLineAsync(Figures.Row(
            [
                row, .. subjects.All.Select(name => _figures.Cell(name, row)), Figures.Number(sum),
                Figures.Number(ours / sum), Figures.Number(ours / _figures.Median(BenchSubjects.Nginx, row)),
            ]));
        }
    }

    private static Task PauseAsync(int seconds) =>
        Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, CancellationToken.None);
}
