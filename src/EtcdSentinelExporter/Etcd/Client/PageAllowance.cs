namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Limits for reading the pages of one member.</summary>
/// <param name="Deadline">Timeout of a whole page, its reader included.</param>
/// <param name="Bytes">Maximum size of one page, including the parts that are skipped.</param>
/// <param name="Connections">Maximum number of concurrent connections; further requests wait within their
/// deadline.</param>
internal sealed record PageAllowance(TimeSpan Deadline, long Bytes, int Connections)
{
    private const long MaxPageBytes = 64 << 20;

    /// <summary>Limits for probes. A page of 200 kB takes a few milliseconds; a slower one must leave time for more
    /// important calls.</summary>
    public static PageAllowance ForProbes { get; } = new(TimeSpan.FromSeconds(1), MaxPageBytes, Connections: 1);

    /// <summary>Limits for scrapes of etcd's own page, where a slow client may take long.</summary>
    public static PageAllowance ForScrapes(TimeSpan deadline) => new(deadline, MaxPageBytes, Connections: 4);
}
