namespace EtcdSentinelExporter.Web;

/// <summary>Limits and timeouts of the web server.</summary>
internal sealed record WebLimits
{
    /// <summary>Concurrent responses of the metrics page; the same as node_exporter's default.</summary>
    public int Scrapes { get; init; } = 40;

    /// <summary>Of these, responses per client: two Prometheus servers and users behind one address.</summary>
    public int ScrapesPerClient { get; init; } = 10;

    /// <summary>Concurrent responses of etcd's own metrics: two Prometheus servers and one user.</summary>
    public int EtcdScrapes { get; init; } = 8;

    /// <summary>Of these, responses per client.</summary>
    public int EtcdScrapesPerClient { get; init; } = 4;

    /// <summary>Concurrent responses of the status page, in each of its forms. Each is made anew.</summary>
    public int StatusPages { get; init; } = 8;

    /// <summary>Of these, responses per client.</summary>
    public int StatusPagesPerClient { get; init; } = 4;

    /// <summary>Open connections; above it the longest idle one is closed for a new one.</summary>
    public int Connections { get; init; } = 256;

    /// <summary>Open connections per client.</summary>
    public int ConnectionsPerClient { get; init; } = 64;

    /// <summary>Open connections to <c>web.health-listen-address</c>. A separate limit, so that probes succeed while
    /// the other address is at its limit.</summary>
    public int HealthConnections { get; init; } = 32;

    /// <summary>Of these, connections per client.</summary>
    public int HealthConnectionsPerClient { get; init; } = 16;

    /// <summary>Sockets that Kestrel accepts. Above the limits of the gates, because refused and closing connections
    /// still count for a moment.</summary>
    public int Sockets => 2 * (Connections + HealthConnections);

    /// <summary>Timeout from the first byte of a request to the end of its headers, and timeout of the first byte of a
    /// new connection.</summary>
    public TimeSpan Headers { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Timeout of an idle connection: longer than the usual scrape interval.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>Minimum rate at which a client must read. A slower client is disconnected after
    /// <see cref="SlowFor"/>.</summary>
    /// <remarks>A page of 300 KiB then takes one place of <see cref="Scrapes"/> for 25 s at most. Prometheus' own
    /// <c>scrape_timeout</c> of 10 s needs twice that speed.</remarks>
    public double BytesPerSecond { get; init; } = 16 * 1024;

    public TimeSpan SlowFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Timeout for the server to finish a closed connection.</summary>
    public TimeSpan LeaveWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Timeout of running responses after the stop signal.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Interval of <see cref="SelfCheck"/>.</summary>
    public TimeSpan SelfCheckEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Timeout of one self-check.</summary>
    public TimeSpan SelfCheckWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Timeout of polls and of everything else after the stop signal.</summary>
    /// <remarks>Kubernetes and systemd wait much longer, but a poll that hangs is not worth waiting for.</remarks>
    public TimeSpan Stop { get; init; } = TimeSpan.FromSeconds(3);
}
