using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Etcd.Client;

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
