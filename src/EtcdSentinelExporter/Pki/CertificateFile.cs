using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Pki;

/// <summary>The certificates of one PEM file.</summary>
internal static class CertificateFile
{
    /// <summary>All certificates that can be read; what cannot is said.</summary>
    /// <remarks>None at all from a file that is torn: the rest of it is about to come. The caller disposes
    /// them.</remarks>
    public static ImmutableArray<X509Certificate2> Read(string path, byte[] bytes, ICollection<LoadProblem> problems)
    {
        using var pem = new PemText(bytes);
        if (pem.IsTorn)
        {
            problems.Add(new(
                LoadProblem.Torn, $"{path}: a PEM block does not end; the file is torn, or still being written."));
            return [];
        }
        var blocks = pem.Blocks.Where(b => b.Label is "CERTIFICATE" or "X509 CERTIFICATE").ToImmutableArray();
        if (blocks.IsEmpty)
        {
            problems.Add(NoCertificate(path, pem));
        }
        else if (pem.Malformed > 0)
        {
            problems.Add(new(
                LoadProblem.Malformed, $"{path}: {pem.Malformed} of the file's PEM blocks cannot be read: not base64."));
        }

        return [.. blocks.Select((block, index) => Load(path, pem, block, index, problems)).OfType<X509Certificate2>()];
    }

    private static LoadProblem NoCertificate(string path, PemText pem) => pem.IsBlank
        ? new(LoadProblem.Empty, $"{path}: the file is empty.")
        : new(
            LoadProblem.Malformed,
            $"{path}: no readable «BEGIN CERTIFICATE» block in the file; certificates have to be in PEM form.");

    private static X509Certificate2? Load(
        string path, PemText pem, PemBlock block, int index, ICollection<LoadProblem> problems)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(pem.Decode(block));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            problems.Add(new(
                LoadProblem.Malformed, $"{path}: certificate {index + 1} of the file cannot be read: {e.Message}"));
            return null;
        }
    }
}
