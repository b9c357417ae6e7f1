namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Host paths of the PEM files of a TLS client.</summary>
/// <param name="Ca">Trusted CAs for server certificates; <see langword="null"/> for the system's.</param>
/// <param name="Cert">Client certificate, followed by intermediates; <see langword="null"/> to present none.</param>
/// <param name="Key">Its private key, unencrypted; set exactly if <paramref name="Cert"/> is.</param>
internal sealed record TlsFiles(string? Ca, string? Cert, string? Key);
