namespace EtcdSentinelExporter.Certificates;

/// <summary>Timeouts of the certificates collector that no setting changes.</summary>
internal sealed record CertificatesTimeouts
{
    /// <summary>For one file. Certificate files are small, and mostly in the page cache.</summary>
    public TimeSpan File { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>For a TLS handshake that only reads the certificate.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>For the server's close_notify after such a handshake.</summary>
    public TimeSpan CloseNotify { get; init; } = TimeSpan.FromMilliseconds(500);
}
