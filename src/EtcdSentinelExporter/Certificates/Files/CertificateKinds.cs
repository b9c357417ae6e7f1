using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Decides the kinds of the certificates in a file. Their basic constraints count, not their
/// order.</summary>
internal static class CertificateKinds
{
    /// <summary>Returns one value of the label <c>kind</c> per certificate.</summary>
    /// <param name="role">Purpose of the file.</param>
    /// <param name="all">The valid certificates of the file.</param>
    public static IEnumerable<string> Of(FileRole role, ImmutableArray<PemCertificate> all)
    {
        var isBundle = role is FileRole.Authority
            || (role is FileRole.Unknown && all is [{ Index: 0 } first, ..] && IsAuthority(role, first));
        // A server may use a CA as its own certificate, as "openssl req -x509" makes one. Behind an invalid leaf, a CA
        // is no leaf: it would be valid for ten years.
        var isServer = !isBundle && all.All(pem => IsAuthority(role, pem));
        return all.Select(pem => !IsAuthority(role, pem) || (isServer && pem.Index == 0) ? LeafKind(role, pem)
            : isBundle ? CertificateReading.Authority
            : CertificateReading.Chain);
    }

    private static string LeafKind(FileRole role, PemCertificate pem) =>
        role is FileRole.KubeletServer && pem.Details.IsSelfMade
            ? CertificateReading.SelfSigned
            : CertificateReading.Leaf;

    // Old roots have no basic constraints.
    private static bool IsAuthority(FileRole role, PemCertificate pem) => pem.Details.IsAuthority
        ?? (role is FileRole.Authority || (pem.Index > 0 && pem.Details.IsSelfIssued));
}
