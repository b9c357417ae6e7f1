using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Pki;

namespace EtcdSentinelExporter.Collectors.Certificates;

/// <summary>The certificates of a file, open. Disposing closes them.</summary>
/// <param name="All">In the order of the file.</param>
/// <param name="Kinds">Of each.</param>
internal sealed record FileContents(ImmutableArray<X509Certificate2> All, ImmutableArray<string> Kinds) : IDisposable
{
    public X509Certificate2? Leaf => Kinds.IndexOf(CertificateReading.Leaf) is >= 0 and var at ? All[at] : null;

    /// <summary>Those behind the leaf, which may lead to its CA.</summary>
    public IEnumerable<X509Certificate2> AfterLeaf => All.Where((_, at) => Kinds[at] == CertificateReading.Chain);

    public ImmutableArray<CertificateReading> Facts() =>
        [.. All.Select((certificate, at) => new CertificateReading(Kinds[at], at, CertificateFacts.Of(certificate)))];

    public void Dispose()
    {
        foreach (var certificate in All)
            certificate.Dispose();
    }
}

/// <summary>The certificates of a PEM file.</summary>
internal static class PemContents
{
    public static FileContents Read(ExpectedFile expected, byte[] bytes, ICollection<LoadProblem> problems)
    {
        var all = CertificateFile.ReadWhatIsWhole(expected.Path, bytes, problems);
        var isAuthority = expected.Role is FileRole.Authority
            || (expected.Role is FileRole.Unknown && all is [var first, ..] && CertificateFacts.Of(first).IsAuthority);
        return new(all, [.. all.Select((_, at) => isAuthority ? CertificateReading.Authority
            : at == 0 ? CertificateReading.Leaf
            : CertificateReading.Chain)]);
    }
}
