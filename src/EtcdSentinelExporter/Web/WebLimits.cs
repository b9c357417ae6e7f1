namespace EtcdSentinelExporter.Web;

/// <summary>What one client, or many, may take from the server.</summary>
internal sealed record WebLimits
{
    /// <summary>Concurrent responses of the metrics page; as many as node_exporter's default.</summary>
    public int Scrapes { get; init; } = 40;

    /// <summary>Of these, responses to one client: two Prometheis and people behind one address.</summary>
    public int ScrapesOfOne { get; init; } = 10;

    /// <summary>Concurrent responses of etcd's own metrics: two Prometheis and a person.</summary>
    public int EtcdScrapes { get; init; } = 8;

    /// <summary>Of these, responses to one client.</summary>
    public int EtcdScrapesOfOne { get; init; } = 4;

    /// <summary>Open connections; beyond it the longest idle one is closed for a new one.</summary>
    public int Connections { get; init; } = 256;

    /// <summary>Open connections of one client.</summary>
    public int ConnectionsOfOne { get; init; } = 64;

    /// <summary>Open connections to <c>web.health-listen-address</c>, beside all others: probes get through while the
    /// rest is full.</summary>
    public int HealthConnections { get; init; } = 32;

    /// <summary>Of these, connections of one client.</summary>
    public int HealthConnectionsOfOne { get; init; } = 16;

    /// <summary>Sockets that the server accepts: the gates refuse sooner, and what they refuse or close leaves a moment
    /// later.</summary>
    public int Sockets => 2 * (Connections + HealthConnections);

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

    /// <summary>Time for the server to be done with a closed connection.</summary>
    public TimeSpan LeaveWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time for running responses after the program was told to stop.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Interval of <see cref="SelfCheck"/>.</summary>
    public TimeSpan SelfCheckEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time for one self-check.</summary>
    public TimeSpan SelfCheckWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for polls, and for all else, after the program was told to stop.</summary>
    /// <remarks>Kubernetes and systemd wait much longer, but a poll that hangs is not worth waiting for.</remarks>
    public TimeSpan Stop { get; init; } = TimeSpan.FromSeconds(3);
}
