using System.Net;
using System.Net.Sockets;
using EtcdSentinelExporter.WebConfig;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EtcdSentinelExporter.Web;

/// <summary>Sets up Kestrel: exactly these addresses, and little patience.</summary>
internal static class Listener
{
    private const int LargestRequestLine = 4 * 1024;
    private const int LargestHeaders = 16 * 1024;
    private const int MostHeaders = 64;
    private const int MostStreams = 16;

    /// <param name="sockets">From <see cref="ListenSocket.BindAll"/>; the server closes them.</param>
    /// <param name="clock">Measures the silence of new connections.</param>
    /// <param name="config">TLS and passwords; <see langword="null"/> for neither.</param>
    /// <param name="health">The one of the addresses that is for the health pages alone.</param>
    public static void Use(
        WebApplicationBuilder builder,
        IReadOnlyDictionary<EndPoint, Socket> sockets,
        WebLimits limits,
        TimeProvider clock,
        WebConfigSource? config = null,
        EndPoint? health = null)
    {
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<SocketTransportOptions>(options =>
            options.CreateBoundListenSocket = where => sockets[where]);
        builder.Services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            var gate = new ConnectionGate(limits, limits.Connections, clock);
            foreach (var address in sockets.Keys)
            {
                if (ReferenceEquals(address, health))
                    options.Listen(address, endpoint => ForHealth(endpoint, limits, clock));
                else
                    options.Listen(address, endpoint => ForAll(endpoint, gate, config, limits));
            }
            Set(options.Limits, limits);
        });
    }

    private static void ForHealth(ListenOptions endpoint, WebLimits limits, TimeProvider clock)
    {
        endpoint.Protocols = HttpProtocols.Http1;
        endpoint.Use(new ConnectionGate(limits, limits.HealthConnections, clock).Guard);
        endpoint.Use(HealthOnly.Mark);
    }

    private static void ForAll(ListenOptions endpoint, ConnectionGate gate, WebConfigSource? config, WebLimits limits)
    {
        endpoint.Protocols = HttpProtocols.Http1;
        endpoint.Use(gate.Guard);
        if (config is not { HasTls: true })
            return;
        endpoint.Protocols = HttpProtocols.Http1AndHttp2;
        endpoint.Use(PlainOnTls.Guard);
        endpoint.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(config.Handshake()),
            HandshakeTimeout = limits.Headers,
        });
    }

    private static void Set(KestrelServerLimits server, WebLimits limits)
    {
        // The gates turn others away sooner.
        server.MaxConcurrentConnections = limits.Connections + limits.HealthConnections;
        server.MaxConcurrentUpgradedConnections = 0;
        server.MaxRequestLineSize = LargestRequestLine;
        server.MaxRequestHeadersTotalSize = LargestHeaders;
        server.MaxRequestHeaderCount = MostHeaders;
        server.MaxRequestBodySize = 0;
        server.RequestHeadersTimeout = limits.Headers;
        server.KeepAliveTimeout = limits.KeepAlive;
        server.MinResponseDataRate = new(limits.BytesPerSecond, limits.SlowFor);
        server.Http2.MaxStreamsPerConnection = MostStreams;
        server.Http2.MaxRequestHeaderFieldSize = LargestHeaders;
    }
}
