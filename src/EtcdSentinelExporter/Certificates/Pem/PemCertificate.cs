using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>A certificate of a PEM file, open.</summary>
/// <param name="Index">Its place among the certificates of the file, from 0; bad ones keep theirs.</param>
internal sealed record PemCertificate(int Index, X509Certificate2 Certificate, CertificateFacts Details) : IDisposable
{
    public void Dispose() => Certificate.Dispose();
}

/// <param name="Loaded">Those that could be read; the caller disposes them.</param>
/// <param name="Blocks">How many there are, also such as could not be read.</param>
internal sealed record PemCertificates(ImmutableArray<PemCertificate> Loaded, int Blocks);
