using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>The loaded certificates of a file. Disposing releases their handles.</summary>
/// <param name="All">Certificates in the order of the file.</param>
internal sealed record FileContents(ImmutableArray<FileCertificate> All) : IDisposable
{
    public X509Certificate2? Leaf =>
        All.FirstOrDefault(entry => entry.Reading.Kind == CertificateReading.Leaf)?.Certificate;

    /// <summary>Possible intermediates: the certificates after the leaf.</summary>
    public IEnumerable<X509Certificate2> AfterLeaf =>
        All.Where(entry => entry.Reading.Kind == CertificateReading.Chain).Select(entry => entry.Certificate);

    public ImmutableArray<CertificateReading> Facts() => [.. All.Select(entry => entry.Reading)];

    public void Dispose()
    {
        foreach (var entry in All)
            entry.Certificate.Dispose();
    }
}

internal sealed record FileCertificate(CertificateReading Reading, X509Certificate2 Certificate)
{
    /// <param name="kind">Value of the <c>kind</c> label.</param>
    /// <param name="firstIndex">Index of the first certificate in the same part of the file.</param>
    public static FileCertificate Of(string kind, PemCertificate pem, int firstIndex = 0) =>
        new(new(kind, firstIndex + pem.Index, pem.Details), pem.Certificate);
}

/// <summary>Reads the certificates of a PEM file, with their kinds.</summary>
internal static class PemContents
{
    // The position in the file decides, not the order of valid certificates. Otherwise the CA after an invalid leaf
    // would count as a leaf that is valid for ten years.
    public static FileContents Read(
        ExpectedFile expected, byte[] bytes, CertificateBudget budget, ICollection<LoadProblem> problems)
    {
        var all = CertificateFile.ReadIntact(expected.Path, bytes, budget, problems).Loaded;
        var isAuthority = expected.Role is FileRole.Authority
            || (expected.Role is FileRole.Unknown && all is [{ Index: 0, Details.IsAuthority: true }, ..]);
        return new([.. all.Select(pem => FileCertificate.Of(
            isAuthority ? CertificateReading.Authority
                : pem.Index == 0 ? CertificateReading.Leaf
                : CertificateReading.Chain,
            pem))]);
    }
}
