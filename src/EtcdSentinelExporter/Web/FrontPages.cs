namespace EtcdSentinelExporter.Web;

/// <summary>The pages of an exporter behind a socket, each at its own path, and no other.</summary>
internal static class FrontPages
{
    /// <summary>What the front says about itself; the exporter's own page is passed on.</summary>
    public const string OwnMetricsPath = "/front/metrics";

    public static void Map(
        IApplicationBuilder app, Forwarder forwarder, MetricsPage own, string telemetryPath, AccessGuard? guard)
    {
        var health = new Dictionary<string, RequestDelegate>(StringComparer.Ordinal)
        {
            // Its own: to start the front anew mends nothing at the exporter.
            [WebApp.HealthyPath] = http => PlainText.WriteAsync(http, StatusCodes.Status200OK, "Healthy."),
            [WebApp.ReadyPath] = http => forwarder.ServeAsync(http, WebApp.ReadyPath),
        };
        var pages = new Dictionary<string, RequestDelegate>(health, StringComparer.Ordinal)
        {
            [OwnMetricsPath] = own.ServeAsync,
        };
        foreach (var path in (ReadOnlySpan<string>)["/", telemetryPath])
            pages[path] = http => forwarder.ServeAsync(http, path);
        pages[WebApp.EtcdMetricsPath] = http =>
            forwarder.ServeAsync(http, WebApp.EtcdMetricsPath + Endpoint(http.Request));
        // The same text as the exporter's, and there when the exporter is not.
        foreach (var (path, page) in RunbookPages.All())
            pages.Add(path, page);
        WebApp.Run(app, pages, health, guard);
    }

    // The only word of a request that goes further, as a value; the exporter compares it with what is configured.
    private static QueryString Endpoint(HttpRequest request) => QueryString.Create(
        request.Query[EtcdMetricsPage.Endpoint].Select(value => KeyValuePair.Create(EtcdMetricsPage.Endpoint, value)));
}
