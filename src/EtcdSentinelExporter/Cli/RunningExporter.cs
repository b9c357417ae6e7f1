using System.Net;
using System.Text.Json;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Web;

namespace EtcdSentinelExporter.Cli;

/// <summary>Asks the exporter that runs on this node.</summary>
internal static class RunningExporter
{
    private const int MaxBytes = 16 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <returns><see langword="null"/> if none answers, and if it wants a certificate or a password.</returns>
    public static async Task<CheckResult?> AskAsync(
        SettingValues settings, CommandContext context, CheckOptions options, CancellationToken stopping)
    {
        if (!options.Only.IsEmpty || settings.Get(GeneralSettings.WebConfigFile) is not null
            || settings.Get(GeneralSettings.ListenAddresses) is not [var address, ..])
        {
            return null;
        }
        using var limit = new CancellationTokenSource(Limit, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler)
        {
            BaseAddress = new($"http://{Local(address)}"),
            MaxResponseContentBufferSize = MaxBytes,
        };
        try
        {
            var report = ReportOf(await GetAsync(StatusPage.JsonPath));
            return new(report, options.Textfile is null
                ? []
                : await GetAsync(settings.Get(GeneralSettings.TelemetryPath)));
        }
        // Another program may listen there, with any JSON.
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException or OperationCanceledException && !stopping.IsCancellationRequested)
        {
            return null;
        }

        Task<byte[]> GetAsync(string path) => http.GetByteArrayAsync(new Uri(path, UriKind.Relative), either.Token);
    }

    private static IPEndPoint Local(IPEndPoint address) =>
        address.Address.Equals(IPAddress.Any) ? new(IPAddress.Loopback, address.Port)
        : address.Address.Equals(IPAddress.IPv6Any) ? new(IPAddress.Loopback, address.Port)
        : address;

    // The part of a report that one line and an exit code need.
    private static Report ReportOf(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        return new()
        {
            At = root.GetProperty("at").GetDateTimeOffset(),
            Node = root.GetProperty("node").GetString() ?? "",
            Version = root.GetProperty("version").GetString() ?? "",
            Status = Report.StatusWords.IndexOf(root.GetProperty("status").GetString() ?? "") is >= 0 and var at
                ? (ReportStatus)at
                : ReportStatus.Unknown,
            Verdict = root.GetProperty("verdict").GetString() ?? "",
        };
    }
}
