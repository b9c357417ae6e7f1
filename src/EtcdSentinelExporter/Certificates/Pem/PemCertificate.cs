using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>A loaded certificate of a PEM file. Disposing releases its handle.</summary>
/// <param name="Index">Position among the certificates of the file, from 0; invalid ones are counted.</param>
internal sealed record PemCertificate(int Index, X509Certificate2 Certificate, CertificateFacts Details) : IDisposable
{
    public void Dispose() => Certificate.Dispose();
}

/// <param name="Loaded">The valid certificates; the caller disposes them.</param>
/// <param name="Blocks">Number of certificates, including invalid ones.</param>
internal sealed record PemCertificates(ImmutableArray<PemCertificate> Loaded, int Blocks);
