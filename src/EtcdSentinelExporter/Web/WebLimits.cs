namespace EtcdSentinelExporter.Web;

/// <summary>What one client, or many, may take from the server.</summary>
internal sealed record WebLimits
{
    /// <summary>Copies of the metrics page on their way at the same time; as many as node_exporter's default.</summary>
    public int Scrapes { get; init; } = 40;

    /// <summary>Pages of etcd's own metrics on their way at the same time: two Prometheis and a person.</summary>
    public int EtcdScrapes { get; init; } = 8;

    /// <summary>Open connections, so that there is room for health checks beside slow scrapes, but not for
    /// everybody.</summary>
    public int Connections { get; init; } = 256;

    /// <summary>Open connections from one address: one client cannot take what all others need.</summary>
    public int ConnectionsOfOne { get; init; } = 64;

    /// <summary>Open connections to <c>web.health-listen-address</c>, beside all others: probes get through while the
    /// rest is full.</summary>
    public int HealthConnections { get; init; } = 32;

    /// <summary>Time from the first byte of a request to the end of its headers; and how long a new connection may be
    /// silent before its first byte.</summary>
    public TimeSpan Headers { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may be silent: longer than the usual interval between scrapes.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>A client that reads more slowly on the whole, after <see cref="SlowFor"/>, is dropped.</summary>
    /// <remarks>A page of 300 KiB takes one place of <see cref="Scrapes"/> for 25 s at most. Prometheus' own
    /// <c>scrape_timeout</c> of 10 s needs twice that speed.</remarks>
    public double BytesPerSecond { get; init; } = 16 * 1024;

    public TimeSpan SlowFor { get; init; } = TimeSpan.FromSeconds(5);
}
