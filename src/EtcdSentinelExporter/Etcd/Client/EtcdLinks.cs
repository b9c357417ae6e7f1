using System.Collections.Immutable;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Keeps one link per member from poll to poll, and one connection per endpoint, also while it is not named
/// but has a call under way. So there is one call under way per endpoint.</summary>
/// <param name="read">The bytes of a host path, bounded in size.</param>
/// <param name="pages">What its readers of pages may take.</param>
internal sealed class EtcdLinks(
    Func<string, byte[]> read, EtcdTimeouts timeouts, PageAllowance pages, TimeProvider clock) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<EtcdEndpoint, EtcdConnection> _connections = [];
    private Dictionary<EtcdTarget, EtcdLink> _links = [];

    /// <summary>The links to these members, in their order. Those that no target names any more are closed, but for the
    /// call under way: its connection ends by itself when it is idle.</summary>
    public ImmutableArray<EtcdLink> To(ImmutableArray<EtcdTarget> targets)
    {
        lock (_gate)
        {
            // How the member was started may change without its address: that is no reason to connect anew.
            var kept = targets.Select(target => target with { Installation = null }).ToDictionary(
                target => target,
                target => _links.GetValueOrDefault(target) ?? Open(target));
            foreach (var (target, link) in _links)
            {
                if (!kept.ContainsKey(target))
                    link.Dispose();
            }
            _links = kept;
            Forget();
            return [.. targets.Select(target => kept[target with { Installation = null }])];
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

    // Endpoints may change for ever. One with a call under way stays, or a second call could start.
    private void Forget()
    {
        var named = _links.Keys.Select(target => target.Endpoint).ToHashSet();
        foreach (var (endpoint, connection) in _connections.Where(one => !named.Contains(one.Key) && one.Value.IsIdle))
        {
            _connections.Remove(endpoint);
            connection.Dispose();
        }
    }

    private EtcdLink Open(EtcdTarget target)
    {
        if (!_connections.TryGetValue(target.Endpoint, out var connection))
            _connections[target.Endpoint] = connection = new(target.Endpoint, timeouts, clock);
        return new(target, connection, read, timeouts, pages, clock);
    }
}
