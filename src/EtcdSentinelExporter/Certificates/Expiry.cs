using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Thresholds for certificates that expire soon, in days and as a share of the lifetime.</summary>
/// <remarks>Days alone do not suffice: some certificates are valid for only one day. A share alone does not suffice
/// either: kubeadm copies the CA's notBefore into a leaf, so its lifetime grows with each renewal.</remarks>
internal sealed record Expiry(string Code, Severity Severity)
{
    public static readonly Limit LeafWarning = new(Days: 30, Share: 0.2);
    public static readonly Limit LeafCritical = new(Days: 3, Share: 0.1);

    // kubelet renews its own at a random moment, with a tenth to three tenths of the lifetime left.
    public static readonly Limit KubeletWarning = new(Days: 30, Share: 0.1);
    public static readonly Limit KubeletCritical = new(Days: 3, Share: 0.05);

    public static readonly Limit AuthorityWarning = new(Days: 365, Share: 0.2);
    public static readonly Limit AuthorityCritical = new(Days: 14, Share: 0.05);

    /// <summary>Returns the exceeded threshold, or <see langword="null"/>. Always <see langword="null"/> for a
    /// chain.</summary>
    public static Expiry? Of(FileReading file, CertificateReading certificate, DateTimeOffset now) =>
        certificate.Kind switch
        {
            CertificateReading.Leaf => OfLeaf(file, certificate.Facts, now),
            CertificateReading.Authority when AuthorityCritical.IsBelow(certificate.Facts, now) =>
                new("CAExpiringCritical", Severity.Critical),
            CertificateReading.Authority when AuthorityWarning.IsBelow(certificate.Facts, now) =>
                new("CAExpiringSoon", Severity.Warning),
            _ => null,
        };

    // kubelet.crt is signed by itself, never renewed, and verified by nobody.
    private static Expiry? OfLeaf(FileReading file, CertificateFacts facts, DateTimeOffset now)
    {
        var isKubelet = file.Name.StartsWith("kubelet", StringComparison.Ordinal);
        var isVerified = !file.Path.EndsWith("/kubelet.crt", StringComparison.Ordinal);
        return isVerified && (isKubelet ? KubeletCritical : LeafCritical).IsBelow(facts, now)
            ? new("CertificateExpiringCritical", Severity.Critical)
            : (isKubelet ? KubeletWarning : LeafWarning).IsBelow(facts, now)
            ? new("CertificateExpiringSoon", Severity.Warning)
            : null;
    }

    public static bool OfServed(CertificateFacts leaf, DateTimeOffset now) => LeafCritical.IsBelow(leaf, now);

    /// <summary>The lower of two thresholds counts.</summary>
    /// <param name="Days">Days until expiry.</param>
    /// <param name="Share">Share of the lifetime, from 0 to 1.</param>
    internal sealed record Limit(double Days, double Share)
    {
        public bool IsBelow(CertificateFacts facts, DateTimeOffset now) =>
            (facts.NotAfter - now).TotalDays < Math.Min(Days, Share * (facts.NotAfter - facts.NotBefore).TotalDays);
    }
}
