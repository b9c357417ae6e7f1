using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EtcdSentinelExporter.Lab;

/// <summary>A real Alertmanager without peers and without receivers.</summary>
internal sealed class Alertmanager : IAsyncDisposable
{
    private static readonly Uri Alerts = new("api/v2/alerts", UriKind.Relative);

    private readonly Service _service;
    private readonly string _folder;

    private Alertmanager(Service service, string folder) => (_service, _folder) = (service, folder);

    public Uri Address => _service.Http.BaseAddress!;

    /// <param name="configuration">Path of its configuration file.</param>
    public static async Task<Alertmanager> StartAsync(string configuration)
    {
        var folder = Directory.CreateTempSubdirectory("etcd-sentinel-alertmanager-").FullName;
        // If unpacked by the lab, its templates are relative to the root of the packages.
        var service = await Service.StartAsync(Path.Combine(folder, "log"), "-/ready", address =>
        [
            "/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", Directory.Exists(Tools.Unpacked) ? Tools.Unpacked : "/",
            Tools.Find("prometheus-alertmanager"),
            $"--config.file={configuration}", $"--storage.path={folder}/data", "--cluster.listen-address=",
            $"--web.listen-address={address}",
        ]);
        return new(service, folder);
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
        using var answer = await _service.Http.PostAsync(Alerts, body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Returns its alerts with their states.</summary>
    public async Task<ImmutableArray<AlertState>> GetAlertsAsync()
    {
        using var json = JsonDocument.Parse(await _service.Http.GetStringAsync(Alerts));
        return [.. json.RootElement.EnumerateArray().Select(AlertState.Of)];
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Moment(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);
}
