using EtcdSentinelExporter.Collecting;
using EtcdSentinelExporter.Exposition;

namespace EtcdSentinelExporter.Web;

/// <summary>Serves the metrics: one copy of bytes that are already there.</summary>
internal sealed class MetricsPage(SnapshotStore store, ResponseLimit limit)
{
    public Task ServeAsync(HttpContext http) => limit.ServeAsync(http, () => CopyAsync(http));

    private Task CopyAsync(HttpContext http)
    {
        var format = Negotiation.Choose(http.Request.Headers.Accept);
        var gzip = Negotiation.AcceptsGzip(http.Request.Headers.AcceptEncoding);
        http.Response.Headers.Vary = "Accept, Accept-Encoding";
        if (gzip)
            http.Response.Headers.ContentEncoding = "gzip";
        return PlainText.WriteAsync(http, Negotiation.ContentType(format), store.Current.Bytes(format, gzip));
    }
}
