using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>The private key of a PEM file, joined to the certificate it belongs to.</summary>
internal static class PrivateKeyFile
{
    private const string RsaKey = "1.2.840.113549.1.1.1";
    private const string EcKey = "1.2.840.10045.2.1";

    /// <summary>The certificate with its key; <see langword="null"/> when that cannot be, which is then said.</summary>
    public static X509Certificate2? Join(
        X509Certificate2 certificate, string path, byte[] bytes, ICollection<LoadProblem> problems)
    {
        using var pem = new PemText(bytes);
        var block = pem.Blocks.FirstOrDefault(b => b.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal));
        if (Refusal(path, pem, block) is { } refusal)
        {
            problems.Add(refusal);
            return null;
        }
        var der = Array.Empty<byte>();
        try
        {
            der = pem.Decode(block!);
            return Join(certificate, block!.Label, der);
        }
        catch (ArgumentException)
        {
            problems.Add(new(
                LoadProblem.KeyMismatch, $"{path}: the key does not belong to the certificate; renew both together."));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            problems.Add(new(
                LoadProblem.Malformed, $"{path}: the key cannot be read; RSA and EC keys are understood."));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
        return null;
    }

    /// <summary>Whether the file's key is surely another one's; false also when it cannot be told.</summary>
    public static bool IsForAnother(X509Certificate2 certificate, string path, byte[] bytes)
    {
        if (certificate.PublicKey.Oid.Value is not (RsaKey or EcKey))
            return false;
        var problems = new List<LoadProblem>();
        using var joined = Join(certificate, path, bytes, problems);
        return problems.Exists(problem => problem.Reason == LoadProblem.KeyMismatch);
    }

    private static LoadProblem? Refusal(string path, PemText pem, PemBlock? block) => (pem, block?.Label) switch
    {
        ({ IsBlank: true }, _) => new(LoadProblem.Empty, $"{path}: the file is empty."),
        ({ HasEncryptedHeader: true }, _) or (_, "ENCRYPTED PRIVATE KEY") =>
            new(LoadProblem.Encrypted, $"{path}: the key is encrypted; store it unencrypted, as etcd itself needs it."),
        ({ IsTorn: true }, _) =>
            new(LoadProblem.Torn, $"{path}: a PEM block does not end; the file is torn, or still being written."),
        (_, null) =>
            new(LoadProblem.Malformed,
                $"{path}: no \"BEGIN … PRIVATE KEY\" block in the file; the key has to be in PEM form."),
        _ => null,
    };

    private static X509Certificate2 Join(X509Certificate2 certificate, string label, byte[] der)
    {
        if (label == "EC PRIVATE KEY" || (label == "PRIVATE KEY" && IsEc(der)))
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

    // PKCS#8 names its algorithm; the bytes are the object identifier id-ecPublicKey, 1.2.840.10045.2.1.
    private static bool IsEc(ReadOnlySpan<byte> der) =>
        der[..Math.Min(der.Length, 40)].IndexOf<byte>([0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]) >= 0;
}
