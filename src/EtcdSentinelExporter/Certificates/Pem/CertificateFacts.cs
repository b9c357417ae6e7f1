using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>What a certificate says of itself; holds no handle.</summary>
/// <remarks>Names are chosen by strangers: at most <see cref="MaxNameLength"/> characters, without any that control how
/// the text around them is shown.</remarks>
/// <param name="SubjectName">The first common name; empty without one, and where it cannot be decoded.</param>
/// <param name="IssuerName">Likewise.</param>
/// <param name="Serial">Upper-case hexadecimal.</param>
/// <param name="Sha256">Of the whole certificate; lower-case hexadecimal.</param>
/// <param name="IsAuthority">Whether its basic constraints let it sign others.</param>
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

    /// <summary>A name that may stand in a label or on a terminal.</summary>
    public static string Shown(string text) => DisplayText.Of(text, MaxNameLength);

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
                .FirstOrDefault() is { } text ? Shown(text) : "";
        }
        catch (Exception e) when (e is CryptographicException or InvalidOperationException)
        {
            return "";
        }
    }
}
