using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtcdSentinelExporter.TestRuns;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>A real Alertmanager without peers and without receivers.</summary>
internal sealed class Alertmanager : IAsyncDisposable
{
    private static readonly Uri Alerts = new("api/v2/alerts", UriKind.Relative);
    private static readonly Uri Ready = new("-/ready", UriKind.Relative);

    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly string _folder;

    private Alertmanager(Process process, int port, string folder)
    {
        (_process, _folder) = (process, folder);
        _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = Patience.Limit };
    }

    /// <param name="configuration">Path of its configuration file.</param>
    public static async Task<Alertmanager> StartAsync(string configuration)
    {
        var folder = Directory.CreateTempSubdirectory("etcd-sentinel-alertmanager-").FullName;
        var port = Ports.Free().Client;
        // If unpacked by scripts/lab/install, its templates are relative to the root of the packages.
        var process = CleanProcess.Start(Path.Combine(folder, "log"), "/bin/sh",
        [
            "-c", "cd \"$0\" && exec \"$@\"", Directory.Exists(Tools.Unpacked) ? Tools.Unpacked : "/",
            Tools.Find("prometheus-alertmanager"),
            $"--config.file={configuration}", $"--storage.path={folder}/data", "--cluster.listen-address=",
            $"--web.listen-address=127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}",
        ]);
        var alertmanager = new Alertmanager(process, port, folder);
        await Wait.UntilAsync(alertmanager.IsReadyAsync, "Alertmanager is ready");
        return alertmanager;
    }

    /// <summary>Sends alerts as Prometheus does: firing, or resolved a moment ago.</summary>
    public async Task SendAsync(IEnumerable<ImmutableSortedDictionary<string, string>> alerts, bool isFiring = true)
    {
        var now = TimeProvider.System.GetUtcNow();
        var all = new JsonArray([.. alerts.Select(labels => new JsonObject
        {
            ["labels"] = new JsonObject(labels.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
            ["startsAt"] = Moment(now.AddMinutes(-5)),
            ["endsAt"] = Moment(isFiring ? now.AddMinutes(5) : now.AddSeconds(-1)),
        })]);
        using var body = new StringContent(all.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(Alerts, body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Returns its alerts with their states.</summary>
    public async Task<ImmutableArray<AlertState>> GetAlertsAsync()
    {
        using var json = JsonDocument.Parse(await _http.GetStringAsync(Alerts));
        return [.. json.RootElement.EnumerateArray().Select(AlertState.Of)];
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Moment(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    private async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited)
        {
            var said = await File.ReadAllTextAsync(Path.Combine(_folder, "log"));
            throw new InvalidOperationException($"Alertmanager ended: {said}");
        }
        try
        {
            using var answer = await _http.GetAsync(Ready);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
