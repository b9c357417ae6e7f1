using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Pki;

/// <summary>The certificates of one PEM file.</summary>
internal static class CertificateFile
{
    /// <summary>Of any file, at most so many are read.</summary>
    public const int MostCertificates = 100;

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
        return ReadBlocks(path, pem, problems);
    }

    /// <summary>The same, but what is whole in a torn file is read too.</summary>
    public static ImmutableArray<X509Certificate2> ReadWhatIsWhole(
        string path, byte[] bytes, ICollection<LoadProblem> problems)
    {
        using var pem = new PemText(bytes);
        if (!pem.IsTorn)
            return ReadBlocks(path, pem, problems);
        problems.Add(Torn(path));
        return ReadBlocks(path, pem, new List<LoadProblem>());
    }

    /// <summary>Whether a file holds keys and no certificate.</summary>
    public static bool HoldsOnlyKeys(byte[] bytes)
    {
        using var pem = new PemText(bytes);
        return !pem.Blocks.IsEmpty && pem.Blocks.All(block =>
            block.Label.EndsWith(" KEY", StringComparison.Ordinal) || block.Label is "EC PARAMETERS");
    }

    private static ImmutableArray<X509Certificate2> ReadBlocks(
        string path, PemText pem, ICollection<LoadProblem> problems)
    {
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
        if (blocks.Length > MostCertificates)
        {
            problems.Add(new(LoadProblem.TooMany,
                $"{path}: of {blocks.Length} certificates only the first {MostCertificates} are read; split the file."));
        }

        return [.. blocks.Take(MostCertificates)
            .Select((block, index) => Load(path, pem, block, index, problems)).OfType<X509Certificate2>()];
    }

    private static LoadProblem Torn(string path) => new(
        LoadProblem.Torn, $"{path}: a PEM block does not end; the file is torn, or still being written.");

    private static LoadProblem NoCertificate(string path, PemText pem) => pem.IsBlank
        ? new(LoadProblem.Empty, $"{path}: the file is empty.")
        : new(
            pem.Malformed > 0 ? LoadProblem.Malformed : LoadProblem.NoCertificate,
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
