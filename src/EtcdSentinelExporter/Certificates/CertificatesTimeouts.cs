namespace EtcdSentinelExporter.Certificates;

/// <summary>Timeouts of the certificates collector that no setting changes.</summary>
internal sealed record CertificatesTimeouts
{
    /// <summary>Timeout for reading one file. Certificate files are small, and mostly in the page cache.</summary>
    public TimeSpan File { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Timeout for a TLS handshake that reads the certificate.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Timeout for the server's close_notify after such a handshake.</summary>
    public TimeSpan CloseNotify { get; init; } = TimeSpan.FromMilliseconds(500);
}
