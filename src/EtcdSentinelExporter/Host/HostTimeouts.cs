namespace EtcdSentinelExporter.Host;

/// <summary>Timeouts for reading the host's files that no setting changes.</summary>
internal sealed record HostTimeouts
{
    /// <summary>Timeout for one file that a handshake, a call or a scrape needs.</summary>
    public TimeSpan FileRead { get; init; } = TimeSpan.FromMilliseconds(250);
}
