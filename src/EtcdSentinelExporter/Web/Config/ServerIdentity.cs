using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>TLS server certificate and trusted CAs, loaded from the files at one moment.</summary>
/// <remarks>Not disposed: a handshake may still use the previous one, and there is only one per renewal.</remarks>
internal sealed class ServerIdentity
{
    private readonly TlsSettings _settings;
    private readonly ClientTrust _clients;
    private readonly SslStreamCertificateContext _context;
    private readonly CipherSuitesPolicy? _suites;

    private ServerIdentity(
        TlsSettings settings, string contentHash, X509Certificate2 leaf, IEnumerable<X509Certificate2> issuers,
        ImmutableArray<X509Certificate2>? authorities)
    {
        _settings = settings;
        ContentHash = contentHash;
        NotBefore = leaf.Start();
        NotAfter = leaf.End();
        _clients = new(settings, authorities);
        _context = SslStreamCertificateContext.Create(leaf, [.. issuers], offline: true);
        // .NET supports this only with OpenSSL on Linux; other systems only run tests.
        if (!settings.CipherSuites.IsEmpty && OperatingSystem.IsLinux())
            _suites = new(CipherSuites.WithTls13(settings.CipherSuites));
    }

    public string ContentHash { get; }

    public DateTimeOffset NotBefore { get; }

    public DateTimeOffset NotAfter { get; }

    /// <summary>True if it was loaded from these settings and files.</summary>
    public bool IsLoadedFrom(TlsSettings settings, string contentHash) =>
        ReferenceEquals(settings, _settings) && ContentHash == contentHash;

    /// <returns><see langword="null"/> if the files are invalid; <paramref name="problems"/> then contains the
    /// reasons.</returns>
    public static ServerIdentity? Load(TlsSettings settings, TlsContents contents, ICollection<LoadProblem> problems)
    {
        var before = problems.Count;
        ImmutableArray<X509Certificate2>? authorities = contents.Ca is null
            ? null
            : CertificateFile.Read(settings.ClientCa!.Name, contents.Ca, problems);
        var chain = CertificateFile.Read(settings.Certificate.Name, contents.Cert!, problems);
        var leaf = problems.Count == before
            ? PrivateKeyFile.Join(chain[0], settings.Key.Name, contents.Key!, problems)
            : null;
        return leaf is null ? null : new(settings, contents.Hash(), leaf, chain.Skip(1), authorities);
    }

    /// <param name="refused">Called with the reason if a client is rejected.</param>
    public SslServerAuthenticationOptions Options(bool http2, Action<string> refused)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _context,
            EnabledSslProtocols = _settings.Versions,
            ClientCertificateRequired = _clients.RequestsCertificate,
            // A resumed session would skip the verification of the client certificate, and outlive a change of the
            // file.
            AllowTlsResume = false,
            AllowRenegotiation = false,
            ApplicationProtocols = http2
                ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]
                : [SslApplicationProtocol.Http11],
            CertificateChainPolicy = _clients.ChainPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, _) => Accepts(certificate, chain, refused),
        };
        if (_suites is not null)
            options.CipherSuitesPolicy = _suites;
        return options;
    }

    private bool Accepts(X509Certificate? certificate, X509Chain? chain, Action<string> refused)
    {
        if (_clients.Refusal(certificate, chain) is not { } why)
            return true;
        refused(why);
        return false;
    }
}
