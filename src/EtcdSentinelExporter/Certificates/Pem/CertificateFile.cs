using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>The certificates of one PEM file.</summary>
internal static class CertificateFile
{
    /// <summary>Of any file, at most so many are read.</summary>
    public const int MaxCertificates = 100;

    /// <summary>All certificates that can be read; what cannot is said.</summary>
    /// <remarks>None at all from a file that is torn: the rest of it is about to come. The caller disposes
    /// them.</remarks>
    public static ImmutableArray<X509Certificate2> Read(string path, byte[] bytes, ICollection<LoadProblem> problems)
    {
        using var pem = new PemText(bytes);
        if (pem.IsTorn)
        {
            problems.Add(Torn(path));
            return [];
        }
        return [.. ReadBlocks(path, pem, new(MaxCertificates), problems).Loaded.Select(one => one.Certificate)];
    }

    /// <summary>The same, but what is whole in a torn file is read too.</summary>
    public static PemCertificates ReadWhatIsWhole(
        string path, byte[] bytes, CertificateBudget room, ICollection<LoadProblem> problems)
    {
        using var pem = new PemText(bytes);
        if (!pem.IsTorn)
            return ReadBlocks(path, pem, room, problems);
        problems.Add(Torn(path));
        return ReadBlocks(path, pem, room, new List<LoadProblem>());
    }

    /// <summary>Whether a file holds keys and no certificate.</summary>
    public static bool HoldsOnlyKeys(byte[] bytes)
    {
        using var pem = new PemText(bytes);
        return !pem.Begun.IsEmpty && pem.Begun.All(block =>
            block.Label.EndsWith(" KEY", StringComparison.Ordinal) || block.Label is "EC PARAMETERS");
    }

    private static PemCertificates ReadBlocks(
        string path, PemText pem, CertificateBudget room, ICollection<LoadProblem> problems)
    {
        var blocks = pem.Begun.Where(block => block.Label is "CERTIFICATE" or "X509 CERTIFICATE").ToImmutableArray();
        if (!blocks.Any(block => block.IsWhole))
        {
            problems.Add(NoCertificate(path, pem));
        }
        else if (pem.Malformed > 0)
        {
            problems.Add(new(
                LoadProblem.Malformed,
                $"{path}: {pem.Malformed} of the file's PEM blocks cannot be read: not base64."));
        }
        var taken = room.Take(blocks.Length, out var isTooMany);
        if (isTooMany)
        {
            problems.Add(new(LoadProblem.TooMany,
                $"{path}: it leads to more than {MaxCertificates} certificates; only so many are "
                + "read. Split the file."));
        }
        return new(
            [.. blocks.Take(taken).Select((block, index) => Load(path, pem, block, index, problems))
                .OfType<PemCertificate>()],
            blocks.Length);
    }

    private static LoadProblem Torn(string path) => new(
        LoadProblem.Torn, $"{path}: a PEM block does not end; the file is torn, or still being written.");

    private static LoadProblem NoCertificate(string path, PemText pem) => pem.IsBlank
        ? new(LoadProblem.Empty, $"{path}: the file is empty.")
        : new(
            pem.Malformed > 0 ? LoadProblem.Malformed : LoadProblem.NoCertificate,
            $"{path}: no readable \"BEGIN CERTIFICATE\" block in the file; certificates have to be in PEM form.");

    private static PemCertificate? Load(
        string path, PemText pem, PemBlock block, int index, ICollection<LoadProblem> problems)
    {
        if (!block.IsWhole)
            return null;
        X509Certificate2? certificate = null;
        try
        {
            certificate = X509CertificateLoader.LoadCertificate(pem.Decode(block));
            // OpenSSL takes a certificate of the 13th month, and fails only when it is asked for the date.
            return new(index, certificate, CertificateFacts.Of(certificate));
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            certificate?.Dispose();
            problems.Add(new(
                LoadProblem.Malformed, $"{path}: certificate {index + 1} of the file cannot be read: {e.Message}"));
            return null;
        }
    }
}
