using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Certificates;

/// <summary>When a certificate ends too soon. By its lifetime too, because some live for a day only.</summary>
/// <remarks>A share of the lifetime alone would not do: kubeadm lets a leaf begin with its CA, so its lifetime grows
/// with each renewal.</remarks>
internal sealed record Expiry(string Code, Severity Severity)
{
    public static readonly Limit LeafWarning = new(Days: 30, Share: 0.2);
    public static readonly Limit LeafCritical = new(Days: 7, Share: 0.1);
    public static readonly Limit AuthorityWarning = new(Days: 365, Share: 0.2);
    public static readonly Limit AuthorityCritical = new(Days: 90, Share: 0.05);

    /// <summary><see langword="null"/> while there is time. Never for a chain.</summary>
    public static Expiry? Of(CertificateReading one, DateTimeOffset now) => one.Kind switch
    {
        CertificateReading.Leaf when LeafCritical.IsBelow(one.Facts, now) =>
            new("CertificateExpiringCritical", Severity.Critical),
        CertificateReading.Leaf when LeafWarning.IsBelow(one.Facts, now) =>
            new("CertificateExpiringSoon", Severity.Warning),
        CertificateReading.Authority when AuthorityCritical.IsBelow(one.Facts, now) =>
            new("CAExpiringCritical", Severity.Critical),
        CertificateReading.Authority when AuthorityWarning.IsBelow(one.Facts, now) =>
            new("CAExpiringSoon", Severity.Warning),
        _ => null,
    };

    public static bool OfServed(CertificateFacts leaf, DateTimeOffset now) => LeafCritical.IsBelow(leaf, now);

    /// <param name="Days">At most so many count.</param>
    /// <param name="Share">Of the lifetime.</param>
    internal sealed record Limit(double Days, double Share)
    {
        public bool IsBelow(CertificateFacts facts, DateTimeOffset now) =>
            (facts.NotAfter - now).TotalDays < Math.Min(Days, Share * (facts.NotAfter - facts.NotBefore).TotalDays);
    }
}
