using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Compares a leaf with its key and with the CA that must have issued it.</summary>
/// <remarks>Key bytes are wiped right after the comparison.</remarks>
internal sealed class LeafChecks(RecordedReads files)
{
    /// <summary>Adds a problem if the key in the file, or in its key file, belongs to another certificate.</summary>
    /// <param name="path">Host path of the leaf's file.</param>
    /// <param name="bytes">Content of that file.</param>
    public void CheckKey(
        string path, X509Certificate2 leaf, byte[] bytes, ImmutableArray<LoadProblem>.Builder problems)
    {
        var keyFile = KeyFileOf(path);
        if (PrivateKeyFile.IsMismatch(leaf, path, bytes) || (keyFile is not null && IsMismatch(leaf, keyFile)))
        {
            problems.Add(new(LoadProblem.KeyMismatch,
                $"{path}: the key in {(keyFile is null ? "the file" : "the file or its key file")} does not match the "
                + "certificate; renew both together."));
        }
    }

    /// <summary>Returns the reading with the signer of its leaf. Unchanged if the CA file cannot be read: that file has
    /// its own series, which report the problem.</summary>
    public FileReading CheckIssuer(
        string caFile, X509Certificate2 leaf, IEnumerable<X509Certificate2> chain, FileReading reading)
    {
        ImmutableArray<PemCertificate> authorities = [];
        var problems = new List<LoadProblem>();
        try
        {
            authorities = CertificateFile.ReadIntact(
                caFile, files.Read(caFile, FileExaminer.MaxFileBytes), new(CertificateFile.MaxCertificates), problems)
                .Loaded;
            return reading with
            {
                IsCaFileIncomplete = problems.Count > 0,
                SignedBy = SignerOf(leaf, reading.Leaf!, chain, authorities),
                IssuedBy = !authorities.IsEmpty
                    && Issuance.IsIssuedBy(leaf, chain, [.. authorities.Select(pem => pem.Certificate)])
                        is { } isValid
                        ? (caFile, isValid)
                        : null,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return reading;
        }
        finally
        {
            foreach (var authority in authorities)
                authority.Dispose();
        }
    }

    // Without key identifiers, only the signature tells apart two CAs of one name. Of two with one key, the newer
    // counts.
    private static string? SignerOf(
        X509Certificate2 leaf, CertificateFacts facts, IEnumerable<X509Certificate2> chain,
        ImmutableArray<PemCertificate> authorities)
    {
        var named = authorities.Where(ca => facts.Issuer.MayBe(ca.Details.Own)).ToList();
        return named.Count < 2
            ? null
            : named.Where(ca => Issuance.IsIssuedBy(leaf, chain, [ca.Certificate]) == true)
                .MaxBy(ca => ca.Details.NotAfter)?.Details.Sha256;
    }

    private bool IsMismatch(X509Certificate2 leaf, string keyFile)
    {
        try
        {
            var bytes = files.Read(keyFile, FileExaminer.MaxFileBytes);
            try
            {
                return PrivateKeyFile.IsMismatch(leaf, keyFile, bytes);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(bytes);
            }
        }
        // Most keys are readable only by root, so this is not a problem.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? KeyFileOf(string path) => Path.GetExtension(path) switch
    {
        ".crt" => path[..^".crt".Length] + ".key",
        ".pem" => path[..^".pem".Length] + "-key.pem",
        _ => null,
    };
}
