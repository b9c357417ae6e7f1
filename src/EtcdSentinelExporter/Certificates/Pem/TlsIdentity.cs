using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Client certificate and trusted CAs for connections to TLS servers.</summary>
internal sealed class TlsIdentity : IDisposable
{
    private readonly ImmutableArray<X509Certificate2>? _authorities;
    private readonly X509Certificate2? _certificate;
    private readonly ImmutableArray<X509Certificate2> _intermediates;
    private readonly SslStreamCertificateContext? _context;

    /// <param name="authorities">Trusted CAs, or <see langword="null"/> for the system's.</param>
    /// <param name="certificate">Client certificate with its private key; <see langword="null"/> to present
    /// none.</param>
    public TlsIdentity(
        string contentHash, ImmutableArray<X509Certificate2>? authorities, X509Certificate2? certificate,
        ImmutableArray<X509Certificate2> intermediates)
    {
        ContentHash = contentHash;
        _authorities = authorities;
        _certificate = certificate;
        _intermediates = intermediates;
        // Without a context, .NET does not send the intermediates. Offline: otherwise .NET would download missing ones.
        if (certificate is not null)
            _context = SslStreamCertificateContext.Create(certificate, [.. intermediates], offline: true);
    }

    /// <summary>Hash that changes if the CA, the certificate or the key changes.</summary>
    public string ContentHash { get; }

    /// <summary>Expiry of the client certificate; <see langword="null"/> if there is none.</summary>
    public DateTimeOffset? NotAfter => _certificate?.End();

    /// <summary>Start of the client certificate's validity; <see langword="null"/> if there is none.</summary>
    public DateTimeOffset? NotBefore => _certificate?.Start();

    /// <summary>Creates the options for one connection. The handshake with an untrusted server fails with a
    /// <see cref="TlsException"/>.</summary>
    public SslClientAuthenticationOptions ClientOptions(TimeProvider clock) => new()
    {
        ClientCertificateContext = _context,
        CertificateChainPolicy = ServerTrust.ChainPolicy(_authorities),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            ServerTrust.Check(certificate, chain, errors, _authorities ?? [], clock.GetUtcNow()),
    };

    public void Dispose()
    {
        _certificate?.Dispose();
        foreach (var certificate in _intermediates.Concat(_authorities ?? []))
            certificate.Dispose();
    }
}
