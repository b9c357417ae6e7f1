using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Pki;

/// <summary>When a certificate is valid. .NET's own properties are local time without saying so.</summary>
internal static class CertificateTimes
{
    public static DateTimeOffset Start(this X509Certificate2 certificate) =>
        new DateTimeOffset(certificate.NotBefore).ToUniversalTime();

    public static DateTimeOffset End(this X509Certificate2 certificate) =>
        new DateTimeOffset(certificate.NotAfter).ToUniversalTime();
}
