using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Identifies a CA by name and key, so that certificates can be assigned to it without their keys.</summary>
/// <param name="Name">Hash of the distinguished name.</param>
/// <param name="KeyId">Key identifier; <see langword="null"/> if the certificate has none.</param>
internal readonly record struct Signer(string Name, string? KeyId)
{
    public static Signer Of(X500DistinguishedName name, string? keyId) =>
        new(Convert.ToHexString(SHA256.HashData(name.RawData)), keyId);

    /// <summary>True if both have the same name, and no different key identifiers.</summary>
    public bool MayBe(Signer other) =>
        Name == other.Name && (KeyId is null || other.KeyId is null || KeyId == other.KeyId);
}
