using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>A real Prometheus with a history that was written into its storage, and that scrapes nothing.</summary>
internal sealed class History : IAsyncDisposable
{
    private readonly Service _service;
    private readonly string _folder;

    private History(Service service, string folder, DateTimeOffset end) =>
        (_service, _folder, End) = (service, folder, end);

    public Uri Address => _service.Http.BaseAddress!;

    /// <summary>Time of the last sample.</summary>
    public DateTimeOffset End { get; }

    /// <summary>Starts it.</summary>
    /// <param name="lines">Returns the samples with their times, in OpenMetrics, given the time of the last one. May be
    /// empty.</param>
    /// <exception cref="InvalidOperationException">promtool rejects the samples; the message says why.</exception>
    public static async Task<History> StartAsync(Func<long, IEnumerable<string>> lines)
    {
        var folder = Directory.CreateTempSubdirectory("history-").FullName;
        var end = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var samples = Path.Combine(folder, "samples.txt");
        await File.WriteAllLinesAsync(samples, lines(end.ToUnixTimeSeconds()).Append("# EOF"));
        if (new FileInfo(samples).Length > "# EOF\n".Length)
        {
            await CleanProcess.RunAsync(Tools.Find("promtool"),
                ["tsdb", "create-blocks-from", "--max-block-duration=24h", "openmetrics", samples, $"{folder}/data"]);
        }
        File.Delete(samples);
        await File.WriteAllTextAsync($"{folder}/prometheus.yml", "global: {}\n");
        var service = await Service.StartAsync($"{folder}/prometheus.log", "-/ready", address =>
        [
            Tools.Find("prometheus"), $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data",
            "--storage.tsdb.retention.time=30d", "--log.level=warn", $"--web.listen-address={address}",
        ]);
        return new(service, folder, end);
    }

    /// <summary>Runs a script of scripts/dashboards against it.</summary>
    /// <returns>Its exit code and output.</returns>
    public async Task<(int ExitCode, string Output)> RunScriptAsync(string script, params string[] arguments)
    {
        var time = End.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return await CleanProcess.TryRunAsync("python3",
        [
            "-B", Path.Combine(Repo.Root, "scripts/dashboards", script), Address.AbsoluteUri.TrimEnd('/'), time,
            .. arguments,
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
