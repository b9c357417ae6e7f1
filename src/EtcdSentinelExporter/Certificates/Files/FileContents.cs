using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>The certificates of a file, open. Disposing closes them.</summary>
/// <param name="All">In the order of the file.</param>
internal sealed record FileContents(ImmutableArray<FileCertificate> All) : IDisposable
{
    public X509Certificate2? Leaf =>
        All.FirstOrDefault(one => one.Reading.Kind == CertificateReading.Leaf)?.Certificate;

    /// <summary>Those behind the leaf, which may lead to its CA.</summary>
    public IEnumerable<X509Certificate2> AfterLeaf =>
        All.Where(one => one.Reading.Kind == CertificateReading.Chain).Select(one => one.Certificate);

    public ImmutableArray<CertificateReading> Facts() => [.. All.Select(one => one.Reading)];

    public void Dispose()
    {
        foreach (var one in All)
            one.Certificate.Dispose();
    }
}

internal sealed record FileCertificate(CertificateReading Reading, X509Certificate2 Certificate)
{
    /// <param name="kind">What it is in its file.</param>
    /// <param name="first">The index of the first certificate of its part of the file.</param>
    public static FileCertificate Of(string kind, PemCertificate one, int first = 0) =>
        new(new(kind, first + one.Index, one.Details), one.Certificate);
}

/// <summary>The certificates of a PEM file.</summary>
internal static class PemContents
{
    // By place, not by what could be read: behind a broken leaf, its CA must not pass for a leaf of ten years.
    public static FileContents Read(
        ExpectedFile expected, byte[] bytes, CertificateBudget room, ICollection<LoadProblem> problems)
    {
        var all = CertificateFile.ReadWhatIsWhole(expected.Path, bytes, room, problems).Loaded;
        var isAuthority = expected.Role is FileRole.Authority
            || (expected.Role is FileRole.Unknown && all is [{ Index: 0, Details.IsAuthority: true }, ..]);
        return new([.. all.Select(one => FileCertificate.Of(
            isAuthority ? CertificateReading.Authority
                : one.Index == 0 ? CertificateReading.Leaf
                : CertificateReading.Chain,
            one))]);
    }
}
