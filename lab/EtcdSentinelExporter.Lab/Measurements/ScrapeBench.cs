using System.IO.Compression;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>Options of <see cref="ScrapeBench"/>.</summary>
/// <param name="Runs">Rounds over all subjects.</param>
/// <param name="LoadSeconds">Duration of each load.</param>
/// <param name="IdleSeconds">Time over which the idle processor time is measured.</param>
/// <param name="FreshScrapes">Scrapes, one a second, each after a poll.</param>
/// <param name="Before">Another exporter to measure beside; <see langword="null"/> for none.</param>
internal sealed record ScrapeBenchOptions(
    int Runs, int LoadSeconds, int IdleSeconds, int FreshScrapes, string Exporter, string? Before);

/// <summary>Measures the exporter, Debian's node_exporter and nginx with the same bytes (the floor) in turn.</summary>
/// <remarks>Everything runs on loopback, and the load generator shares the processors with what it measures: the ratios
/// mean more than the numbers.</remarks>
internal sealed class ScrapeBench(ScrapeBenchOptions options, LargerPage larger, string folder)
{
    private const int Scrapes = 1000;
    private const string OurPage = "etcd_sentinel_member_up{";
    private const string EveryPoll = "--members.every=1s";

    private readonly Figures _figures = new();

    private string[] Exporters => options.Before is null ? ["sentinel"] : ["sentinel", "before"];

    /// <summary>Measures and prints the medians of all runs.</summary>
    public async Task RunAsync(TextWriter output)
    {
        await output.WriteLineAsync(await RecordPageAsync());
        string[] all = ["sentinel", "node_exporter", "nginx", .. Exporters[1..]];
        for (var run = 0; run < options.Runs; run++)
        {
            foreach (var name in all)
                await MeasureAsync(name, output);
        }
        foreach (var name in all.Where(name => name != "nginx"))
            await MeasureIdleAsync(name);
        foreach (var name in all.Where(name => name != "nginx"))
            await MeasureFreshAsync(name);
        await output.WriteLineAsync(Figures.Head($"median of {options.Runs} runs", all));
        foreach (var figure in Rows)
            await output.WriteLineAsync(_figures.Row(figure, all));
    }

    private static readonly string[] Rows =
    [
        "resident after 1,000 scrapes, KiB", "anonymous after 1,000 scrapes, KiB",
        "scrape p50, 1 connection, µs", "scrape p99, 1 connection, µs", "scrapes a second, 1 connection",
        "processor time of a scrape, 1 connection, µs", "scrape p50, 1 connection, not compressed, µs",
        "processor time of a scrape, not compressed, µs", "processor time of the first after a poll, µs",
        "scrape p50, 50 connections, µs", "scrape p99, 50 connections, µs", "scrapes a second, 50 connections",
        "start to first whole page, ms", "idle processor time, ms a minute",
    ];

    private async Task MeasureAsync(string name, TextWriter output)
    {
        await using var subject = await StartAsync(name);
        _figures.Note(name, Rows[12], subject.Start.TotalMilliseconds);
        for (var scrape = 0; scrape < Scrapes; scrape++)
            await subject.GetAsync();
        _figures.Note(name, Rows[0], subject.Cost.Kibibytes("VmRSS"));
        _figures.Note(name, Rows[1], subject.Cost.Kibibytes("RssAnon"));
        var (one, cost) = await LoadAsync(subject, 1, "gzip");
        Note(name, Rows[2..6], one.MedianMicroseconds, one.P99Microseconds, one.PerSecond, cost);
        var (plain, plainCost) = await LoadAsync(subject, 1, "identity");
        Note(name, Rows[6..8], plain.MedianMicroseconds, plainCost);
        var (many, _) = await LoadAsync(subject, 50, "gzip");
        Note(name, Rows[9..12], many.MedianMicroseconds, many.P99Microseconds, many.PerSecond);
        if (one.Refused || plain.Refused || many.Refused)
            await output.WriteLineAsync($"note: {name} refused some of the scrapes");
    }

    // The processor time is microseconds a scrape.
    private async Task<(Wrk Load, double Cost)> LoadAsync(BenchSubject subject, int connections, string encoding)
    {
        var before = subject.Cost.Processor;
        var load = await Wrk.RunAsync(subject.Page, connections, options.LoadSeconds, encoding);
        return (load, (subject.Cost.Processor - before).TotalMicroseconds / load.Requests);
    }

    private async Task MeasureIdleAsync(string name)
    {
        await using var subject = await StartAsync(name);
        await PauseAsync(2);
        var before = subject.Cost.Processor;
        await PauseAsync(options.IdleSeconds);
        _figures.Note(name, Rows[13], (subject.Cost.Processor - before).TotalMilliseconds * 60 / options.IdleSeconds);
    }

    // A scrape whose page is not written yet, over a new connection: one a second while members are polled each second,
    // less what the polls take.
    private async Task MeasureFreshAsync(string name)
    {
        await using var subject = await StartAsync(name, keepsConnection: false, EveryPoll, "--members.timeout=1s");
        var start = subject.Cost.ThreadNanoseconds;
        await PauseAsync(options.FreshScrapes);
        var polls = subject.Cost.ThreadNanoseconds;
        for (var scrape = 0; scrape < options.FreshScrapes; scrape++)
        {
            await PauseAsync(1);
            await subject.GetAsync();
        }
        var both = subject.Cost.ThreadNanoseconds;
        _figures.Note(name, Rows[8], ((both - polls) - (polls - start)) / options.FreshScrapes / 1000);
    }

    private Task<BenchSubject> StartAsync(string name, bool keepsConnection = true, params string[] cadence) =>
        name switch
        {
            "node_exporter" => BenchSubject.StartAsync(Log(name), "node_scrape_collector_success", address =>
                [Tools.Find("prometheus-node-exporter"), $"--web.listen-address={address}"], keepsConnection),
            "nginx" => BenchSubject.StartAsync(
                Log(name), OurPage, address => Nginx.Command(folder, address), keepsConnection),
            "before" => StartExporterAsync(name, options.Before!, keepsConnection, cadence),
            _ => StartExporterAsync(name, options.Exporter, keepsConnection, cadence),
        };

    private async Task<BenchSubject> StartExporterAsync(
        string name, string program, bool keepsConnection, string[] cadence)
    {
        var subject = await BenchSubject.StartAsync(Log(name), OurPage, address =>
            [program, $"--web.listen-address={address}", .. larger.Settings, .. cadence], keepsConnection);
        await Wait.UntilAsync(
            async () => larger.IsWhole(await subject.GetAsync()), $"{name} shows all drives and certificates");
        return subject;
    }

    // nginx serves the page that the exporter really gives, in the form that Prometheus asks for.
    private async Task<string> RecordPageAsync()
    {
        await using var subject = await StartAsync("sentinel");
        var page = await subject.GetAsync();
        var place = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "www")).FullName, "metrics");
        await File.WriteAllTextAsync(place, page);
        await using (var compressed = new GZipStream(File.Create(place + ".gz"), CompressionLevel.Fastest))
            await compressed.WriteAsync(System.Text.Encoding.UTF8.GetBytes(page));
        return $"our page: {new FileInfo(place).Length} bytes, {Scrape.Parse(page).Samples.Length} samples; "
            + "node_exporter's is made of other numbers, and larger";
    }

    private void Note(string name, string[] figures, params double[] values)
    {
        foreach (var (figure, value) in figures.Zip(values))
            _figures.Note(name, figure, value);
    }

    private string Log(string name) => Path.Combine(folder, $"{name}.log");

    private static Task PauseAsync(int seconds) =>
        Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, CancellationToken.None);
}
