using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EtcdSentinelExporter.TestRuns;
using EtcdSentinelExporter.Tests.Support;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>A real Prometheus that scrapes every two seconds.</summary>
internal sealed class Prometheus : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly string _folder;

    private Prometheus(Process process, int port, string folder)
    {
        (_process, _folder) = (process, folder);
        _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = Patience.Limit };
    }

    /// <summary>Scrapes each page as a target with the given <c>instance</c>.</summary>
    public static Task<Prometheus> StartAsync(string job, params (string Instance, Uri Page)[] targets) =>
        StartAsync(Configuration(job, targets));

    /// <summary>The default version, and version 3 if <c>scripts/lab/prometheus-from-debian 3 sid</c> has fetched
    /// it.</summary>
    public static IEnumerable<string> Binaries =>
    [
        Tools.Find("prometheus"),
        .. new[] { Path.Combine(Repo.Root, "artifacts/prometheus-3/usr/bin/prometheus") }.Where(File.Exists),
    ];

    /// <summary>Starts with the given configuration.</summary>
    public static async Task<Prometheus> StartAsync(string text, string? binary = null)
    {
        var folder = Directory.CreateTempSubdirectory("etcd-sentinel-prometheus-").FullName;
        var port = Ports.Free().Client;
        var configuration = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, text);
        var process = CleanProcess.Start(Path.Combine(folder, "log"), binary ?? Tools.Find("prometheus"),
        [
            $"--config.file={configuration}", $"--storage.tsdb.path={folder}/data", "--log.level=warn",
            $"--web.listen-address=127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}",
        ]);
        var prometheus = new Prometheus(process, port, folder);
        await Wait.UntilAsync(prometheus.IsReadyAsync, "Prometheus is ready");
        return prometheus;
    }

    /// <summary>Runs an instant query and returns one value per label set, written as one line.</summary>
    public async Task<IReadOnlyDictionary<string, double>> AskAsync(string query, DateTimeOffset at)
    {
        var time = at.ToUnixTimeMilliseconds() / 1000.0;
        var url = string.Create(
            CultureInfo.InvariantCulture, $"api/v1/query?time={time:F3}&query={Uri.EscapeDataString(query)}");
        using var json = JsonDocument.Parse(await _http.GetStringAsync(new Uri(url, UriKind.Relative)));
        return json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().ToDictionary(
            series => string.Join(',', series.GetProperty("metric").EnumerateObject()
                .Select(label => $"{label.Name}={label.Value}").Order(StringComparer.Ordinal)),
            series => double.Parse(series.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture),
            StringComparer.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Configuration(string job, IEnumerable<(string Instance, Uri Page)> targets) => string.Concat(
    [
        "global: {scrape_interval: 2s, scrape_timeout: 2s}\nscrape_configs:\n",
        .. targets.GroupBy(target => target.Page.AbsolutePath, StringComparer.Ordinal).Select(same =>
            $"- job_name: {job}\n  metrics_path: {same.Key}\n  static_configs:\n" + string.Concat(same.Select(target =>
                $"  - targets: ['{target.Page.Authority}']\n    labels: {{instance: {target.Instance}}}\n"))),
    ]);

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("-/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
