using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace EtcdSentinelExporter.Lab;

/// <summary>A real Prometheus that scrapes every two seconds.</summary>
internal sealed class Prometheus : IAsyncDisposable
{
    private static readonly string UnpackedPages = $"{Tools.Unpacked}/usr/share/prometheus/web/";
    private readonly Service _service;
    private readonly string _folder;

    private Prometheus(Service service, string folder) => (_service, _folder) = (service, folder);

    public Uri Address => _service.Http.BaseAddress!;

    /// <summary>Scrapes each page as a target with the given <c>instance</c>.</summary>
    public static Task<Prometheus> StartAsync(string job, params (string Instance, Uri Page)[] targets) =>
        StartAsync(Write(job, targets));

    /// <summary>The default version, and version 3 if <c>scripts/lab fetch prometheus-3</c> has fetched it.</summary>
    public static IEnumerable<string> Binaries =>
    [
        Tools.Find("prometheus"),
        .. new[] { Path.Combine(Repo.Root, "artifacts/prometheus-3/usr/bin/prometheus") }.Where(File.Exists),
    ];

    /// <summary>Starts with the given configuration.</summary>
    /// <param name="data">Folder of its storage; <see langword="null"/> for an empty one.</param>
    /// <param name="flags">More flags.</param>
    public static async Task<Prometheus> StartAsync(
        string text, string? binary = null, string? data = null, ImmutableArray<string> flags = default)
    {
        var folder = Directory.CreateTempSubdirectory("prometheus-").FullName;
        var configuration = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, text);
        var program = binary ?? Tools.Find("prometheus");
        // Debian's build reads its pages from /usr/share; those of an unpacked one lie beside it.
        string[] pages = program == $"{Tools.Unpacked}/usr/bin/prometheus" && Directory.Exists(UnpackedPages)
            ? [$"--web.local-assets={UnpackedPages}"]
            : [];
        var service = await Service.StartAsync(Path.Combine(folder, "prometheus.log"), "-/ready", address =>
        [
            program, $"--config.file={configuration}", $"--storage.tsdb.path={data ?? $"{folder}/data"}",
            "--log.level=warn", "--web.enable-lifecycle", $"--web.listen-address={address}", .. pages,
            .. flags.IsDefault ? [] : flags,
        ]);
        return new(service, folder);
    }

    /// <summary>Runs an instant query and returns one value per label set, written as one line.</summary>
    public async Task<IReadOnlyDictionary<string, double>> AskAsync(string query, DateTimeOffset at)
    {
        var time = at.ToUnixTimeMilliseconds() / 1000.0;
        var url = string.Create(
            CultureInfo.InvariantCulture, $"api/v1/query?time={time:F3}&query={Uri.EscapeDataString(query)}");
        return (await QueryAsync(url)).ToDictionary(
            series => string.Join(',', series.Labels.OrderBy(label => label.Key, StringComparer.Ordinal)
                .Select(label => $"{label.Key}={label.Value}")),
            series => series.Value, StringComparer.Ordinal);
    }

    /// <summary>Runs an instant query about now.</summary>
    public Task<ImmutableArray<Series>> AskAsync(string query) =>
        QueryAsync($"api/v1/query?query={Uri.EscapeDataString(query)}");

    /// <summary>Returns its own metrics.</summary>
    public async Task<Scrape> ScrapeAsync() => Scrape.Parse(await _service.GetAsync("metrics"));

    /// <summary>Returns the alerts that fire.</summary>
    public async Task<ImmutableArray<FiringAlert>> GetAlertsAsync()
    {
        using var json = JsonDocument.Parse(await _service.GetAsync("api/v1/alerts"));
        return
        [
            .. json.RootElement.GetProperty("data").GetProperty("alerts").EnumerateArray()
                .Where(alert => alert.GetProperty("state").GetString() == "firing").Select(FiringAlert.Of),
        ];
    }

    /// <summary>Reads the configuration and the rules again.</summary>
    /// <param name="text">Another configuration; <see langword="null"/> for the same.</param>
    public async Task ReloadAsync(string? text = null)
    {
        if (text is not null)
            await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), text);
        using var answer = await _service.Http.PostAsync(new Uri("-/reload", UriKind.Relative), content: null);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Write(string job, IEnumerable<(string Instance, Uri Page)> targets) => string.Concat(
    [
        "global: {scrape_interval: 2s, scrape_timeout: 2s}\nscrape_configs:\n",
        .. targets.GroupBy(target => target.Page.AbsolutePath, StringComparer.Ordinal).Select(same =>
            $"- job_name: {job}\n  metrics_path: {same.Key}\n  static_configs:\n" + string.Concat(same.Select(target =>
                $"  - targets: ['{target.Page.Authority}']\n    labels: {{instance: {target.Instance}}}\n"))),
    ]);

    private async Task<ImmutableArray<Series>> QueryAsync(string path)
    {
        using var json = JsonDocument.Parse(await _service.GetAsync(path));
        return
        [
            .. json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
                .Where(series => series.TryGetProperty("metric", out _)).Select(Series.Of),
        ];
    }
}
