using System.Net;
using System.Net.Sockets;
using EtcdSentinelExporter.Web.Config;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EtcdSentinelExporter.Web;

/// <summary>Configures Kestrel: addresses, limits and timeouts.</summary>
internal static class Listener
{
    private const int MaxRequestLineBytes = 4 * 1024;
    private const int MaxHeadersBytes = 16 * 1024;
    private const int MaxHeaders = 64;
    private const int MaxStreams = 16;

    /// <param name="sockets">From <see cref="ListenSocket.BindAll"/>; the server closes them.</param>
    /// <param name="config">TLS and passwords; <see langword="null"/> for neither.</param>
    /// <param name="health">The address for the health pages only.</param>
    /// <returns>The gates of all connections.</returns>
    public static ImmutableArray<ConnectionGate> Use(
        WebApplicationBuilder builder,
        IReadOnlyDictionary<EndPoint, Socket> sockets,
        WebLimits limits,
        TimeProvider clock,
        WebConfigSource? config = null,
        EndPoint? health = null)
    {
        var main = new ConnectionGate(
            limits.Connections, limits.ConnectionsPerClient, limits.Headers, limits.LeaveWithin, clock);
        var probes = new ConnectionGate(
            limits.HealthConnections, limits.HealthConnectionsPerClient, limits.Headers, limits.LeaveWithin, clock);
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<SocketTransportOptions>(options =>
            options.CreateBoundListenSocket = where => sockets[where]);
        builder.Services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            foreach (var address in sockets.Keys)
            {
                if (ReferenceEquals(address, health))
                    options.Listen(address, endpoint => ForHealth(endpoint, probes));
                else
                    options.Listen(address, endpoint => ForAll(endpoint, main, config, limits));
            }
            Set(options.Limits, limits);
        });
        return [main, probes];
    }

    private static void ForHealth(ListenOptions endpoint, ConnectionGate gate)
    {
        endpoint.Protocols = HttpProtocols.Http1;
        endpoint.Use(gate.Guard);
        endpoint.Use(HealthOnly.Mark);
    }

    private static void ForAll(ListenOptions endpoint, ConnectionGate gate, WebConfigSource? config, WebLimits limits)
    {
        endpoint.Protocols = HttpProtocols.Http1;
        endpoint.Use(gate.Guard);
        if (config is not { HasTls: true })
            return;
        // The web configuration decides which of them the handshake offers.
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
        server.MaxConcurrentConnections = limits.Sockets;
        server.MaxConcurrentUpgradedConnections = 0;
        server.MaxRequestLineSize = MaxRequestLineBytes;
        server.MaxRequestHeadersTotalSize = MaxHeadersBytes;
        server.MaxRequestHeaderCount = MaxHeaders;
        server.MaxRequestBodySize = 0;
        server.RequestHeadersTimeout = limits.Headers;
        server.KeepAliveTimeout = limits.KeepAlive;
        server.MinResponseDataRate = new(limits.BytesPerSecond, limits.SlowFor);
        server.Http2.MaxStreamsPerConnection = MaxStreams;
        server.Http2.MaxRequestHeaderFieldSize = MaxHeadersBytes;
    }
}
