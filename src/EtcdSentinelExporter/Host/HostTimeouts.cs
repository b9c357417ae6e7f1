namespace EtcdSentinelExporter.Host;

/// <summary>Timeouts of reading the host's files that no setting changes.</summary>
internal sealed record HostTimeouts
{
    /// <summary>For one file that a handshake, a call or a scrape needs.</summary>
    public TimeSpan FileRead { get; init; } = TimeSpan.FromMilliseconds(250);
}
