namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>A real Prometheus with a history that was written into its storage, and that scrapes nothing.</summary>
internal sealed class History : IAsyncDisposable
{
    private readonly Prometheus _prometheus;
    private readonly string _folder;

    private History(Prometheus prometheus, string folder, DateTimeOffset end) =>
        (_prometheus, _folder, End) = (prometheus, folder, end);

    public Uri Address => _prometheus.Address;

    /// <summary>Time of the last sample.</summary>
    public DateTimeOffset End { get; }

    /// <summary>Starts it.</summary>
    /// <param name="lines">Returns the samples with their times, in OpenMetrics, given the time of the last one. May be
    /// empty.</param>
    /// <param name="sets">Copies of the whole, the first one included: <see cref="BlockCopies"/>.</param>
    /// <exception cref="InvalidOperationException">promtool rejects the samples; the message says why.</exception>
    public static async Task<History> StartAsync(Func<long, IEnumerable<string>> lines, int sets = 1)
    {
        var folder = Directory.CreateTempSubdirectory("history-").FullName;
        var data = Directory.CreateDirectory($"{folder}/data");
        var end = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var samples = Path.Combine(folder, "samples.txt");
        await File.WriteAllLinesAsync(samples, lines(end.ToUnixTimeSeconds()).Append("# EOF"));
        if (new FileInfo(samples).Length > "# EOF\n".Length)
        {
            await CleanProcess.RunAsync(Tools.Find("promtool"),
                ["tsdb", "create-blocks-from", "--max-block-duration=24h", "openmetrics", samples, data.FullName]);
        }
        File.Delete(samples);
        BlockCopies.Make(data, sets);
        var prometheus = await Prometheus.StartAsync(
            "global: {}\n", BlockCopies.Binary(sets), data.FullName,
            ["--storage.tsdb.retention.time=30d", .. BlockCopies.Flags(sets)]);
        return new(prometheus, folder, end);
    }

    public async ValueTask DisposeAsync()
    {
        await _prometheus.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
