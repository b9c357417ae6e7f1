using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Decoded fields of a certificate; holds no native handle.</summary>
/// <remarks>Names are untrusted text: they are cut after <see cref="MaxNameLength"/> characters, and unsafe characters
/// are replaced.</remarks>
/// <param name="SubjectName">First common name of the subject; empty if there is none or it cannot be decoded.</param>
/// <param name="IssuerName">First common name of the issuer; empty if there is none or it cannot be decoded.</param>
/// <param name="Serial">As <c>openssl x509 -serial</c> prints it: upper-case hexadecimal, with a minus sign if
/// negative.</param>
/// <param name="Sha256">Hash of the whole certificate; lower-case hexadecimal.</param>
/// <param name="IsAuthority">True if the basic constraints mark it as a CA; <see langword="null"/> without
/// them.</param>
internal sealed record CertificateFacts(
    DateTimeOffset NotBefore, DateTimeOffset NotAfter, string SubjectName, string IssuerName, string Serial,
    string Sha256, bool? IsAuthority)
{
    public const int MaxNameLength = 128;

    private const int MaxSerialLength = 64;
    private const string CommonName = "2.5.4.3";

    public static CertificateFacts Of(X509Certificate2 certificate) => new(
        certificate.Start(),
        certificate.End(),
        NameOf(certificate.SubjectName),
        NameOf(certificate.IssuerName),
        SerialOf(certificate.SerialNumberBytes.Span),
        Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span)),
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is { } constraints
            ? IsForAuthority(constraints)
            : null)
    {
        Own = Signer.Of(certificate.SubjectName, KeyId.Own(certificate)),
        Issuer = Signer.Of(certificate.IssuerName, KeyId.OfIssuer(certificate)),
    };

    /// <summary>The signer that this certificate is, if it is a CA.</summary>
    public Signer Own { get; init; }

    /// <summary>The CA that signed this certificate.</summary>
    public Signer Issuer { get; init; }

    /// <summary>True if subject and issuer are the same, as in a root CA.</summary>
    public bool IsSelfIssued => Own.Name == Issuer.Name;

    /// <summary>True if a component of Kubernetes made the certificate for itself: self-signed, or signed by a CA that
    /// it made together with it, called <c>NAME-ca@TIME</c>.</summary>
    public bool IsSelfMade => IsSelfIssued || (SubjectName.LastIndexOf('@') is > 0 and var at
        && IssuerName.StartsWith($"{SubjectName[..at]}-ca@", StringComparison.Ordinal));

    /// <summary>Makes a name safe for a label or a terminal.</summary>
    public static string DisplayName(string text) => DisplayText.Of(text, MaxNameLength);

    // DER has a sign, so a serial whose first bit is set begins with a zero byte, which openssl does not print.
    private static string SerialOf(ReadOnlySpan<byte> der)
    {
        var number = new BigInteger(der, isBigEndian: true);
        var digits = Convert.ToHexString(BigInteger.Abs(number).ToByteArray(isUnsigned: true, isBigEndian: true));
        var text = number.Sign < 0 ? $"-{digits}" : digits;
        return text.Length > MaxSerialLength ? text[..MaxSerialLength] : text;
    }

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
