using System.Collections.Frozen;
using EtcdSentinelExporter.Findings;
using Microsoft.AspNetCore.Http.Features;

namespace EtcdSentinelExporter.Web;

/// <param name="Status">Makes the report of this moment, without I/O.</param>
/// <param name="StatusLimit">Limits concurrent reports.</param>
/// <param name="IsReady">Returns immediately, without I/O.</param>
/// <param name="IsHealthy">Returns immediately, without I/O.</param>
internal sealed record WebContent(
    Func<Report> Status, ResponseLimit StatusLimit, string TelemetryPath,
    RequestDelegate Metrics, Func<bool> IsReady, Func<bool> IsHealthy)
{
    /// <summary>The <c>/etcd/metrics</c> page; <see langword="null"/> for none.</summary>
    public RequestDelegate? EtcdMetrics { get; init; }

    /// <summary>Access control; <see langword="null"/> to allow every request.</summary>
    public AccessGuard? Guard { get; init; }
}

/// <summary>Maps the pages to their paths.</summary>
internal static class WebApp
{
    public const string HealthyPath = "/-/healthy";
    public const string ReadyPath = "/-/ready";
    public const string EtcdMetricsPath = "/etcd/metrics";

    /// <summary>Handles every request of <paramref name="app"/>.</summary>
    public static void Map(IApplicationBuilder app, WebContent content)
    {
        var status = new StatusPage(content.Status, content.StatusLimit, content.TelemetryPath);
        var health = new Dictionary<string, RequestDelegate>(StringComparer.Ordinal)
        {
            [HealthyPath] = http => content.IsHealthy()
                ? PlainText.WriteAsync(http, StatusCodes.Status200OK, "Healthy.")
                : PlainText.WriteAsync(http, StatusCodes.Status503ServiceUnavailable,
                    "Unhealthy: the self-check of the metrics page failed several times in a row; see the log."),
            [ReadyPath] = http => content.IsReady()
                ? PlainText.WriteAsync(http, StatusCodes.Status200OK, "Ready.")
                : PlainText.WriteAsync(http, StatusCodes.Status503ServiceUnavailable,
                    "Not ready: the first poll of etcd's members is not over."),
        };
        var pages = new Dictionary<string, RequestDelegate>(health, StringComparer.Ordinal)
        {
            ["/"] = status.ServeAsync,
            [StatusPage.JsonPath] = status.ServeJsonAsync,
            [content.TelemetryPath] = content.Metrics,
        };
        if (content.EtcdMetrics is { } etcd)
            pages.Add(EtcdMetricsPath, etcd);
        foreach (var (path, page) in RunbookPages.All())
            pages.Add(path, page);
        Run(app, pages, health, content.Guard);
    }

    // Connections to web.health-listen-address get the health pages only.
    private static void Run(
        IApplicationBuilder app,
        Dictionary<string, RequestDelegate> pages,
        Dictionary<string, RequestDelegate> health,
        AccessGuard? guard)
    {
        var all = guard is null ? Serving(pages) : guard.Guard(Serving(pages));
        var onlyHealth = Serving(health);
        app.Run(http => ServeAsync(http, HealthOnly.IsMarked(http) ? onlyHealth : all));
    }

    private static async Task ServeAsync(HttpContext http, RequestDelegate pages)
    {
        try
        {
            if (http.Features.Get<OpenConnection>() is { } connection)
                await connection.ServeAsync(http, pages);
            else
                await pages(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected: no response is possible, and there is no error to log.
        }
    }

    private static RequestDelegate Serving(Dictionary<string, RequestDelegate> pages) =>
        new Site(pages.ToFrozenDictionary(StringComparer.Ordinal)).ServeAsync;
}

/// <summary>Routes requests to pages by exact path. No part of a request ever becomes part of a file path or
/// URL.</summary>
internal sealed class Site(FrozenDictionary<string, RequestDelegate> pages)
{
    public async Task ServeAsync(HttpContext http)
    {
        var response = http.Response;
        Describe(response);
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            // No page reads a body, so the connection is closed. With HTTP/2 only the stream ends, and Kestrel would
            // log a warning about the header for each such request.
            if (!HttpProtocol.IsHttp2(http.Request.Protocol))
                response.Headers.Connection = "close";
            await PlainText.WriteAsync(http, StatusCodes.Status413PayloadTooLarge,
                "Requests with a body are not accepted.");
        }
        else if (!pages.TryGetValue(http.Request.Path.Value ?? "", out var page))
        {
            await RefuseAsync(http);
        }
        else if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            await PlainText.WriteAsync(http, StatusCodes.Status405MethodNotAllowed,
                "Method not allowed; use GET or HEAD.");
        }
        else
        {
            await page(http);
        }
    }

    /// <summary>Sets the headers of every response, errors included.</summary>
    public static void Describe(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
    }

    private static Task RefuseAsync(HttpContext http) => RunbookPages.IsBelow(http.Request.Path)
        ? RunbookPages.RefuseAsync(http)
        : PlainText.WriteAsync(http, StatusCodes.Status404NotFound,
            "Page not found; see / for all pages.");
}
