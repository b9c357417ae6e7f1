using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Validity period of a certificate in UTC. .NET's own properties are local time.</summary>
internal static class CertificateTimes
{
    private static readonly DateTimeOffset EndOfTime = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    public static DateTimeOffset Start(this X509Certificate2 certificate) => Universal(certificate.NotBefore);

    public static DateTimeOffset End(this X509Certificate2 certificate) => Universal(certificate.NotAfter);

    // East of Greenwich, the last hours of 9999 exceed the range of local time; .NET then returns the maximum value.
    private static DateTimeOffset Universal(DateTime local) =>
        local == DateTime.MaxValue ? EndOfTime : new DateTimeOffset(local).ToUniversalTime();
}
