using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>Serves a snapshot of a metrics page, with the time of the snapshot as the timestamp of each
/// sample.</summary>
/// <remarks>Two Prometheus servers that scrape it at different times store the same samples.</remarks>
internal sealed class FrozenPage : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly Uri _source;
    private volatile string _text = "";
    private long _moment;

    private FrozenPage(WebApplication server, Uri source) => (_server, _source) = (server, source);

    /// <summary>Address of the page.</summary>
    public Uri Address => new(new Uri(_server.Urls.Single()), "metrics");

    /// <summary>Timestamp of the snapshot, in whole milliseconds of Unix time.</summary>
    public long Moment => Volatile.Read(ref _moment);

    /// <param name="source">The live page.</param>
    public static async Task<FrozenPage> StartAsync(Uri source)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var page = new FrozenPage(server, source);
        server.Run(page.ServeAsync);
        await server.StartAsync();
        await page.TakeAsync();
        return page;
    }

    /// <summary>Takes a snapshot of the live page and serves it from now on.</summary>
    public async Task TakeAsync()
    {
        using var http = new HttpClient();
        var lines = (await http.GetStringAsync(_source)).Split('\n');
        var moment = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        _text = string.Join('\n', lines.Select(line => line is "" or ['#', ..]
            ? line
            : string.Create(CultureInfo.InvariantCulture, $"{line} {moment}")));
        Volatile.Write(ref _moment, moment);
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private Task ServeAsync(HttpContext http)
    {
        http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return http.Response.WriteAsync(_text, http.RequestAborted);
    }
}
