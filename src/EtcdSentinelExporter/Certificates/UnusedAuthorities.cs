using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Served;

namespace EtcdSentinelExporter.Certificates;

/// <summary>Finds old CAs that a rotation left in a file.</summary>
internal static class UnusedAuthorities
{
    /// <summary>Changes the kind of each CA that issued none of the node's certificates, if another CA of the same file
    /// issued one.</summary>
    /// <remarks>Nothing changes if a file cannot be read: it may contain a certificate of the old CA.</remarks>
    public static ImmutableArray<FileReading> Mark(
        ImmutableArray<FileReading> files, ImmutableArray<ServedReading> served)
    {
        if (!files.Any(file => Authorities(file).Skip(1).Any())
            || files.Any(file => file.IsLoaded == false || file.LeftOut > 0))
        {
            return files;
        }
        // The name of the issuer may be that of several CAs.
        var signed = files.Where(file => file.SignedBy is not null)
            .DistinctBy(file => file.Leaf!.Sha256, StringComparer.Ordinal)
            .ToDictionary(file => file.Leaf!.Sha256, file => file.SignedBy!, StringComparer.Ordinal);
        ImmutableArray<Signer> issuers =
        [
            .. files.SelectMany(file => file.Certificates).Select(certificate => certificate.Facts)
                .Concat(served.Select(one => one.Leaf).OfType<CertificateFacts>())
                .Where(facts => !facts.IsSelfIssued && !signed.ContainsKey(facts.Sha256))
                .Select(facts => facts.Issuer).Distinct(),
        ];
        return [.. files.Select(file => Mark(file, issuers, [.. signed.Values]))];
    }

    private static FileReading Mark(FileReading file, ImmutableArray<Signer> issuers, ImmutableHashSet<string> signers)
    {
        var used = Authorities(file).Where(IsUsed).ToHashSet();
        return used.Count == 0 ? file : file with
        {
            Certificates =
            [
                .. file.Certificates.Select(certificate =>
                    certificate.Kind != CertificateReading.Authority || used.Contains(certificate)
                        ? certificate
                        : certificate with { Kind = CertificateReading.UnusedAuthority }),
            ],
        };

        bool IsUsed(CertificateReading ca) =>
            signers.Contains(ca.Facts.Sha256) || (issuers.Any(issuer => issuer.MayBe(ca.Facts.Own))
                && !Authorities(file).Any(other => IsRenewed(ca, other)));
    }

    // The same key in a newer certificate.
    private static bool IsRenewed(CertificateReading old, CertificateReading other) =>
        old.Facts.Own.KeyId is not null && old.Facts.Own == other.Facts.Own
        && other.Facts.NotAfter > old.Facts.NotAfter;

    private static IEnumerable<CertificateReading> Authorities(FileReading file) =>
        file.Certificates.Where(certificate => certificate.Kind == CertificateReading.Authority);
}
