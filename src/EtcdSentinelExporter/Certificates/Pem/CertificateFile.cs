using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Reads the certificates of one PEM file.</summary>
internal static class CertificateFile
{
    /// <summary>Maximum number of certificates that are read from one file.</summary>
    public const int MaxCertificates = 100;

    /// <summary>Reads all valid certificates, and adds a problem for each invalid one.</summary>
    /// <remarks>Returns none from a torn file, because it is probably still being written. The caller disposes the
    /// certificates.</remarks>
    public static ImmutableArray<X509Certificate2> Read(string path, byte[] bytes, ICollection<LoadProblem> problems)
    {
        using var pem = new PemText(bytes);
        if (pem.IsTorn)
        {
            problems.Add(Torn(path));
            return [];
        }
        return [.. ReadBlocks(path, pem, new(MaxCertificates), problems).Loaded.Select(loaded => loaded.Certificate)];
    }

    /// <summary>Like <see cref="Read"/>, but also reads the intact certificates of a torn file.</summary>
    public static PemCertificates ReadIntact(
        string path, byte[] bytes, CertificateBudget budget, ICollection<LoadProblem> problems)
    {
        using var pem = new PemText(bytes);
        if (!pem.IsTorn)
            return ReadBlocks(path, pem, budget, problems);
        problems.Add(Torn(path));
        return ReadBlocks(path, pem, budget, new List<LoadProblem>());
    }

    /// <summary>Returns true if a file contains keys and no certificate.</summary>
    public static bool HoldsOnlyKeys(byte[] bytes)
    {
        using var pem = new PemText(bytes);
        return !pem.AllBlocks.IsEmpty && pem.AllBlocks.All(block =>
            block.Label.EndsWith(" KEY", StringComparison.Ordinal) || block.Label is "EC PARAMETERS");
    }

    private static PemCertificates ReadBlocks(
        string path, PemText pem, CertificateBudget budget, ICollection<LoadProblem> problems)
    {
        var blocks = pem.AllBlocks.Where(block => block.Label is "CERTIFICATE" or "X509 CERTIFICATE")
            .ToImmutableArray();
        if (!blocks.Any(block => block.IsIntact))
        {
            problems.Add(NoCertificate(path, pem));
        }
        else if (pem.Malformed > 0)
        {
            problems.Add(new(
                LoadProblem.Malformed,
                $"{path}: {pem.Malformed} PEM blocks are invalid: not base64; restore the file."));
        }
        var taken = budget.Take(blocks.Length, out var isTooMany);
        if (isTooMany)
        {
            problems.Add(new(LoadProblem.TooMany,
                $"{path}: more than {MaxCertificates} certificates in or referenced by the file; the rest is not read. "
                + "Split the file."));
        }
        return new(
            [.. blocks.Take(taken).Select((block, index) => Load(path, pem, block, index, problems))
                .OfType<PemCertificate>()],
            blocks.Length);
    }

    private static LoadProblem Torn(string path) => new(
        LoadProblem.Torn, $"{path}: a PEM block has no end; the file is truncated, or still being written.");

    private static LoadProblem NoCertificate(string path, PemText pem) => pem.IsBlank
        ? new(LoadProblem.Empty, $"{path}: the file is empty.")
        : new(
            pem.Malformed > 0 ? LoadProblem.Malformed : LoadProblem.NoCertificate,
            $"{path}: no valid \"BEGIN CERTIFICATE\" block in the file; store the certificates in PEM format.");

    private static PemCertificate? Load(
        string path, PemText pem, PemBlock block, int index, ICollection<LoadProblem> problems)
    {
        if (!block.IsIntact)
            return null;
        X509Certificate2? certificate = null;
        try
        {
            certificate = X509CertificateLoader.LoadCertificate(pem.Decode(block));
            // OpenSSL loads a certificate with a date in month 13, and fails only when the date is read.
            return new(index, certificate, CertificateFacts.Of(certificate));
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            certificate?.Dispose();
            problems.Add(new(
                LoadProblem.Malformed, $"{path}: certificate {index + 1} of the file is invalid: {e.Message}"));
            return null;
        }
    }
}
