using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EtcdSentinelExporter.Web;

/// <summary>Sets up Kestrel: exactly these addresses, HTTP/1.1, and little patience.</summary>
internal static class Listener
{
    private const int LargestRequestLine = 4 * 1024;
    private const int LargestHeaders = 16 * 1024;
    private const int MostHeaders = 64;

    /// <param name="sockets">From <see cref="ListenSocket.BindAll"/>; the server closes them.</param>
    /// <param name="clock">Measures the silence of new connections.</param>
    public static void Use(
        WebApplicationBuilder builder,
        IReadOnlyDictionary<EndPoint, Socket> sockets,
        WebLimits limits,
        TimeProvider clock)
    {
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<SocketTransportOptions>(options =>
            options.CreateBoundListenSocket = where => sockets[where]);
        builder.Services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            var gate = new ConnectionGate(limits, clock);
            options.ConfigureEndpointDefaults(endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http1;
                endpoint.Use(gate.Guard);
            });
            foreach (var address in sockets.Keys)
                options.Listen(address);
            Set(options.Limits, limits);
        });
    }

    private static void Set(KestrelServerLimits server, WebLimits limits)
    {
        server.MaxConcurrentConnections = limits.Connections;
        server.MaxConcurrentUpgradedConnections = 0;
        server.MaxRequestLineSize = LargestRequestLine;
        server.MaxRequestHeadersTotalSize = LargestHeaders;
        server.MaxRequestHeaderCount = MostHeaders;
        server.MaxRequestBodySize = 0;
        server.RequestHeadersTimeout = limits.Headers;
        server.KeepAliveTimeout = limits.KeepAlive;
        server.MinResponseDataRate = new(limits.BytesPerSecond, limits.SlowFor);
    }
}
