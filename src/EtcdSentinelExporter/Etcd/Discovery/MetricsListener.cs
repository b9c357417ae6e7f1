namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>The listeners of etcd's metrics page.</summary>
internal sealed class MetricsListener(ImmutableArray<EtcdUrl> urls)
{
    // Loopback first, because it needs no access over the network; of those plain HTTP first, because it needs no key.
    private readonly EtcdUrl? _best = urls.OrderByDescending(
        url => (url.IsLoopback || url.IsWildcard ? 2 : 0) + (url.IsHttp ? 1 : 0)).FirstOrDefault();

    /// <summary>URL of the page; <see langword="null"/> if etcd serves it on the client port.</summary>
    /// <param name="client">The client URL in use. A listener on all addresses is reached at the same one.</param>
    public string? UrlBeside(EtcdUrl? client) => _best switch
    {
        null => null,
        { IsWildcard: true } wildcard when client is not null => $"{wildcard with { Host = client.Host }}/metrics",
        { IsWildcard: true } wildcard => $"{wildcard.Loopbacks().First()}/metrics",
        var one => $"{one}/metrics",
    };
}
