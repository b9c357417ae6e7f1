using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Caches one link per member and one connection per endpoint between polls.</summary>
/// <remarks>A connection with a running call is kept even while no target uses its endpoint. So there is never a
/// second concurrent call to one endpoint.</remarks>
/// <param name="read">Reads a file by its host path, with a size limit.</param>
/// <param name="pages">Limits for reading metrics pages.</param>
/// <param name="user">Logs in to every member; <see langword="null"/> for none.</param>
/// <param name="maxMessage">Bytes of the largest response that is read.</param>
internal sealed class EtcdLinks(
    Func<string, byte[]> read, EtcdTimeouts timeouts, PageAllowance pages, TimeProvider clock,
    EtcdUser? user = null, int maxMessage = EtcdChannel.MaxMessage) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<EtcdEndpoint, EtcdConnection> _connections = [];
    private readonly Dictionary<EtcdEndpoint, EtcdLogin> _logins = [];
    private Dictionary<EtcdTarget, EtcdLink> _links = [];

    /// <summary>Returns the links to these members, in their order, and closes all others.</summary>
    /// <remarks>A closed link does not cancel its running call; the connection is disposed once it is
    /// idle.</remarks>
    public ImmutableArray<EtcdLink> To(ImmutableArray<EtcdTarget> targets)
    {
        lock (_gate)
        {
            var kept = targets.Select(target => target.Connection()).Distinct().ToDictionary(
                target => target,
                target => _links.GetValueOrDefault(target) ?? Open(target));
            foreach (var (target, link) in _links)
            {
                if (!kept.ContainsKey(target))
                    link.Dispose();
            }
            _links = kept;
            RemoveUnused();
            return [.. targets.Select(target => kept[target.Connection()])];
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var link in _links.Values)
                link.Dispose();
            _links = [];
            foreach (var connection in _connections.Values)
                connection.Dispose();
            _connections.Clear();
        }
    }

    // Endpoints may change without end, so unused ones go. One with a running call stays, or a second call could start.
    private void RemoveUnused()
    {
        var used = _links.Keys.Select(target => target.Endpoint).ToHashSet();
        foreach (var (endpoint, connection) in _connections.Where(
            pair => !used.Contains(pair.Key) && pair.Value.IsIdle))
        {
            _connections.Remove(endpoint);
            _logins.Remove(endpoint);
            connection.Dispose();
        }
    }

    private EtcdLink Open(EtcdTarget target)
    {
        if (!_connections.TryGetValue(target.Endpoint, out var connection))
        {
            _connections[target.Endpoint] = connection = new(target.Endpoint, timeouts, clock, maxMessage);
            if (user is not null)
                _logins[target.Endpoint] = new(target.Endpoint, connection, user, read, clock);
        }
        return new(
            target, connection, _logins.GetValueOrDefault(target.Endpoint), read, timeouts, pages, clock);
    }
}

/// <summary>The clients of one member for gRPC and for its metrics page, with one shared TLS identity.</summary>
internal sealed class EtcdLink : IDisposable
{
    private readonly TlsIdentitySource? _tls;

    /// <param name="connection">Not disposed here.</param>
    /// <param name="login"><see langword="null"/> without a user that has a password.</param>
    /// <param name="read">Reads a file by its host path, with a size limit.</param>
    public EtcdLink(
        EtcdTarget target, EtcdConnection connection, EtcdLogin? login, Func<string, byte[]> read,
        EtcdTimeouts timeouts, PageAllowance pages, TimeProvider clock)
    {
        if (target.Endpoint.IsSecure || target.MetricsUrl.Scheme == Uri.UriSchemeHttps)
            _tls = new(new(target.CaFile, target.CertFile, target.KeyFile), read, clock);
        Client = new(connection, _tls, login);
        Watch = new(target.Endpoint, _tls, login, timeouts, clock);
        Pages = new(_tls, timeouts, pages, clock);
    }

    public EtcdClient Client { get; }

    public EtcdWatch Watch { get; }

    public MetricsPageClient Pages { get; }

    public bool UsesTls => _tls is not null;

    /// <summary>Problems of the current TLS files. Empty if there are none, and without TLS.</summary>
    public ImmutableArray<LoadProblem> CredentialProblems => _tls?.Refresh().Problems ?? [];

    public void Dispose()
    {
        Pages.Dispose();
        _tls?.Dispose();
    }
}
