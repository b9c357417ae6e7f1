namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Host paths of what a TLS client needs.</summary>
/// <param name="Ca">Certificates that servers are checked against; <see langword="null"/> for those the system
/// trusts.</param>
/// <param name="Cert">Our certificate, intermediates after it; <see langword="null"/> to present none.</param>
/// <param name="Key">Its private key, unencrypted; given exactly when <paramref name="Cert"/> is.</param>
internal sealed record TlsFiles(string? Ca, string? Cert, string? Key);
