using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace EtcdSentinelExporter.Lab;

/// <summary>A small HTTP server on a free port of loopback.</summary>
internal static class LoopbackServer
{
    /// <summary>Starts it; every request goes to the handler.</summary>
    public static async Task<WebApplication> StartAsync(RequestDelegate handler)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(handler);
        await app.StartAsync();
        return app;
    }
}
