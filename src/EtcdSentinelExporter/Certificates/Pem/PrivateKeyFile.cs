using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Reads the private key of a PEM file and combines it with its certificate.</summary>
internal static class PrivateKeyFile
{
    private const string RsaKey = "1.2.840.113549.1.1.1";
    private const string EcKey = "1.2.840.10045.2.1";

    /// <summary>Returns a copy of the certificate with its key; on failure adds a problem and returns
    /// <see langword="null"/>.</summary>
    public static X509Certificate2? Join(
        X509Certificate2 certificate, string path, byte[] bytes, ICollection<LoadProblem> problems)
    {
        using var pem = new PemText(bytes);
        var block = pem.IntactBlocks.FirstOrDefault(b => b.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal));
        if (FindProblem(path, pem, block) is { } problem)
        {
            problems.Add(problem);
            return null;
        }
        var der = Array.Empty<byte>();
        try
        {
            der = pem.Decode(block!);
            if (KeyAlgorithm.IsEdwards(der))
            {
                problems.Add(new(
                    LoadProblem.KeyUnsupported,
                    $"{path}: Ed25519 and Ed448 keys cannot be loaded; issue a certificate with an EC or RSA key."));
                return null;
            }
            return Join(certificate, block!.Label, der);
        }
        catch (ArgumentException)
        {
            problems.Add(new(
                LoadProblem.KeyMismatch, $"{path}: the key does not match the certificate; renew both together."));
        }
        // OpenSSL does not support every curve, and .NET reports that as the platform's fault.
        catch (Exception e) when (e is CryptographicException or FormatException or PlatformNotSupportedException)
        {
            problems.Add(new(
                LoadProblem.Malformed, $"{path}: the key is invalid or of an unsupported type; use an RSA or EC key."));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
        return null;
    }

    /// <summary>Returns true if the file's key does not match the certificate; false also if the key cannot be
    /// read.</summary>
    public static bool IsMismatch(X509Certificate2 certificate, string path, byte[] bytes)
    {
        if (certificate.PublicKey.Oid.Value is not (RsaKey or EcKey))
            return false;
        var problems = new List<LoadProblem>();
        using var joined = Join(certificate, path, bytes, problems);
        return problems.Exists(problem => problem.Reason == LoadProblem.KeyMismatch);
    }

    private static LoadProblem? FindProblem(string path, PemText pem, PemBlock? block) => (pem, block?.Label) switch
    {
        ({ IsBlank: true }, _) => new(LoadProblem.Empty, $"{path}: the file is empty."),
        ({ HasEncryptedHeader: true }, _) or (_, "ENCRYPTED PRIVATE KEY") =>
            new(LoadProblem.Encrypted, $"{path}: the key is encrypted; store it unencrypted, as etcd requires."),
        ({ IsTorn: true }, _) =>
            new(LoadProblem.Torn, $"{path}: a PEM block has no end; the file is truncated, or still being written."),
        (_, null) =>
            new(LoadProblem.Malformed,
                $"{path}: no \"BEGIN … PRIVATE KEY\" block in the file; store the key in PEM format."),
        _ => null,
    };

    private static X509Certificate2 Join(X509Certificate2 certificate, string label, byte[] der)
    {
        if (label == "EC PRIVATE KEY" || (label == "PRIVATE KEY" && KeyAlgorithm.IsEc(der)))
        {
            using var ec = ECDsa.Create();
            if (label == "PRIVATE KEY")
                ec.ImportPkcs8PrivateKey(der, out _);
            else
                ec.ImportECPrivateKey(der, out _);
            return certificate.CopyWithPrivateKey(ec);
        }
        using var rsa = RSA.Create();
        if (label == "PRIVATE KEY")
            rsa.ImportPkcs8PrivateKey(der, out _);
        else
            rsa.ImportRSAPrivateKey(der, out _);
        return certificate.CopyWithPrivateKey(rsa);
    }
}
