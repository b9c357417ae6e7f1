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

/// <summary>Caches the <see cref="HttpConnection"/> of the current TLS identity, and closes those of earlier identities
/// when they are no longer in use.</summary>
/// <param name="connections">Maximum number of concurrent connections of each.</param>
internal sealed class HttpConnectionCache(EtcdTimeouts timeouts, TimeProvider clock, int connections = 1) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<HttpConnection, int> _users = [];
    private HttpConnection? _current;

    /// <summary>Runs one exchange, and maps transport failures to <see cref="EtcdException"/>.</summary>
    /// <param name="tls"><see langword="null"/> for plain connections.</param>
    /// <exception cref="EtcdException">The exchange failed, or no TLS identity could be loaded.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<T> UseAsync<T>(
        TlsIdentitySource? tls, Func<HttpConnection, Task<T>> exchange, CancellationToken cancellationToken)
    {
        var connection = Take(tls);
        try
        {
            return await exchange(connection);
        }
        catch (Exception e) when (IsTransport(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw connection.Explain(e);
        }
        finally
        {
            Release(connection);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var connection in _users.Keys)
                connection.Dispose();
            _current?.Dispose();
        }
    }

    // Other exceptions are bugs of ours, or already mapped.
    private static bool IsTransport(Exception e) =>
        e is HttpRequestException or OperationCanceledException or (IOException and not EtcdException);

    private HttpConnection Take(TlsIdentitySource? tls)
    {
        var identity = tls is null ? null : Identity(tls.Refresh());
        lock (_gate)
        {
            if (_current is null || _current.Identity != identity)
            {
                if (_current is not null && !_users.ContainsKey(_current))
                    _current.Dispose();
                _current = new(identity, timeouts, connections, clock);
            }
            _users[_current] = _users.GetValueOrDefault(_current) + 1;
            return _current;
        }
    }

    private void Release(HttpConnection connection)
    {
        lock (_gate)
        {
            if (--_users[connection] > 0)
                return;
            _users.Remove(connection);
            if (connection != _current)
                connection.Dispose();
        }
    }

    private static TlsIdentity Identity(TlsIdentityState state) =>
        state.Identity ?? throw new EtcdException(
            EtcdReason.Credentials, string.Join(' ', state.Problems.Select(p => p.Message)));
}
