using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Decoded fields of a certificate; holds no native handle.</summary>
/// <remarks>Names are untrusted text: they are cut after <see cref="MaxNameLength"/> characters, and unsafe characters
/// are replaced.</remarks>
/// <param name="SubjectName">First common name of the subject; empty if there is none or it cannot be decoded.</param>
/// <param name="IssuerName">First common name of the issuer; empty if there is none or it cannot be decoded.</param>
/// <param name="Serial">Upper-case hexadecimal.</param>
/// <param name="Sha256">Hash of the whole certificate; lower-case hexadecimal.</param>
/// <param name="IsAuthority">True if the basic constraints mark it as a CA.</param>
internal sealed record CertificateFacts(
    DateTimeOffset NotBefore, DateTimeOffset NotAfter, string SubjectName, string IssuerName, string Serial,
    string Sha256, bool IsAuthority)
{
    public const int MaxNameLength = 128;

    private const int MaxSerialLength = 64;
    private const string CommonName = "2.5.4.3";

    public static CertificateFacts Of(X509Certificate2 certificate) => new(
        certificate.Start(),
        certificate.End(),
        NameOf(certificate.SubjectName),
        NameOf(certificate.IssuerName),
        certificate.SerialNumber.Length > MaxSerialLength
            ? certificate.SerialNumber[..MaxSerialLength]
            : certificate.SerialNumber,
        Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span)),
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(IsForAuthority));

    /// <summary>Makes a name safe for a label or a terminal.</summary>
    public static string DisplayName(string text) => DisplayText.Of(text, MaxNameLength);

    private static bool IsForAuthority(X509BasicConstraintsExtension constraints)
    {
        try
        {
            return constraints.CertificateAuthority;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static string NameOf(X500DistinguishedName name)
    {
        try
        {
            return name.EnumerateRelativeDistinguishedNames(reversed: false)
                .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName)
                .Select(part => part.GetSingleElementValue())
                .FirstOrDefault() is { } text ? DisplayName(text) : "";
        }
        catch (Exception e) when (e is CryptographicException or InvalidOperationException)
        {
            return "";
        }
    }
}
