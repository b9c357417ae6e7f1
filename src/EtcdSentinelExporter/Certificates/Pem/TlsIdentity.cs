using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Who we are to a TLS server, and whom we trust.</summary>
internal sealed class TlsIdentity : IDisposable
{
    private readonly ImmutableArray<X509Certificate2>? _authorities;
    private readonly X509Certificate2? _certificate;
    private readonly ImmutableArray<X509Certificate2> _intermediates;
    private readonly SslStreamCertificateContext? _context;

    /// <param name="authorities"><see langword="null"/> to trust what the system trusts.</param>
    /// <param name="certificate">With its private key; <see langword="null"/> to present none.</param>
    public TlsIdentity(
        string contentHash, ImmutableArray<X509Certificate2>? authorities, X509Certificate2? certificate,
        ImmutableArray<X509Certificate2> intermediates)
    {
        ContentHash = contentHash;
        _authorities = authorities;
        _certificate = certificate;
        _intermediates = intermediates;
        // Without a context .NET does not send the intermediates; offline, because it would fetch missing ones
        // otherwise.
        if (certificate is not null)
            _context = SslStreamCertificateContext.Create(certificate, [.. intermediates], offline: true);
    }

    /// <summary>Another one exactly when the CA, the certificate or the key is.</summary>
    public string ContentHash { get; }

    /// <summary>When our certificate ends; <see langword="null"/> when we present none.</summary>
    public DateTimeOffset? NotAfter => _certificate?.End();

    /// <summary>When our certificate begins; <see langword="null"/> when we present none.</summary>
    public DateTimeOffset? NotBefore => _certificate?.Start();

    /// <summary>Options for one connection. A server that is not to be trusted makes the handshake fail with a
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
