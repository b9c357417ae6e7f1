using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Identifiers of keys in a certificate, in hexadecimal; <see langword="null"/> if the extension is missing,
/// is too long, or cannot be decoded.</summary>
internal static class KeyId
{
    private const int MaxLength = 64;

    public static string? Own(X509Certificate2 certificate) => TryRead(() => certificate.Extensions
        .OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()?.SubjectKeyIdentifierBytes);

    public static string? OfIssuer(X509Certificate2 certificate) => TryRead(() => certificate.Extensions
        .OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier);

    private static string? TryRead(Func<ReadOnlyMemory<byte>?> read)
    {
        try
        {
            return read() is { Length: > 0 and <= MaxLength } id ? Convert.ToHexString(id.Span) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
