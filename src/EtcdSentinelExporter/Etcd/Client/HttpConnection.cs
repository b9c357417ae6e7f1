using System.Net;
using System.Net.Security;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>HTTP connections to one server with one TLS identity.</summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly ConnectionHistory _history = new();
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _invoker;
    private readonly TimeProvider _clock;

    /// <param name="identity"><see langword="null"/> for plain connections.</param>
    /// <param name="connections">Maximum number of concurrent connections.</param>
    public HttpConnection(TlsIdentity? identity, EtcdTimeouts timeouts, int connections, TimeProvider clock)
    {
        Identity = identity;
        _clock = clock;
        _handler = NewHandler(identity?.ClientOptions(clock), timeouts, connections);
        _invoker = new(_handler, disposeHandler: false);
    }

    public TlsIdentity? Identity { get; }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _history.Failure = null;
        return _invoker.SendAsync(request, cancellationToken);
    }

    /// <summary>Maps an exception of the transport to a reason and a message.</summary>
    public EtcdException Explain(Exception failure) =>
        TransportErrors.Explain(failure, Identity, _history, _clock.GetUtcNow());

    public void Dispose()
    {
        _invoker.Dispose();
        _handler.Dispose();
    }

    private SocketsHttpHandler NewHandler(
        SslClientAuthenticationOptions? tls, EtcdTimeouts timeouts, int connections) => new()
        {
            UseProxy = false, // pods carry HTTP_PROXY
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = connections,
            MaxResponseHeadersLength = 16,
            ConnectTimeout = timeouts.Connect,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = timeouts.PingDelay,
            KeepAlivePingTimeout = timeouts.PingTimeout,
            // Reconnect now and then: an expired certificate is detected only in a handshake.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            SslOptions = tls ?? new(),
            PlaintextStreamFilter = tls is null ? null : (context, _) =>
                ValueTask.FromResult<Stream>(Watch(context.PlaintextStream)),
        };

    private FirstByteStream Watch(Stream connection)
    {
        _history.Begin();
        return new(connection, _history, _clock);
    }
}
