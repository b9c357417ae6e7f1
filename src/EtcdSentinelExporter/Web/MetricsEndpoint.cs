using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Web;

/// <summary>Serves the metrics in the format that the client prefers, with gzip if it accepts that.</summary>
internal sealed class MetricsEndpoint(SnapshotStore store, ResponseLimit limit)
{
    public Task ServeAsync(HttpContext http) => limit.ServeAsync(http, () => RespondAsync(http));

    private async Task RespondAsync(HttpContext http)
    {
        var format = Accepted.Format(http.Request);
        var gzip = Accepted.Gzip(http.Request);
        http.Response.Headers.Vary = "Accept, Accept-Encoding";
        if (gzip)
            http.Response.Headers.ContentEncoding = "gzip";
        var bytes = await store.Current.Text.BytesAsync(format, gzip);
        await PlainText.WriteAsync(http, PageText.ContentType(format), bytes);
    }
}
