using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Certificates.Profiles;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>The loaded certificates of a file. Disposing releases their handles.</summary>
/// <param name="All">Certificates in the order of the file.</param>
internal sealed record FileContents(ImmutableArray<FileCertificate> All) : IDisposable
{
    public X509Certificate2? Leaf =>
        All.FirstOrDefault(entry => entry.Reading.IsLeaf)?.Certificate;

    /// <summary>True if the file has CAs of its own. A key beside it belongs to one of them.</summary>
    public bool IsBundle => All.Any(entry => entry.Reading.Kind == CertificateReading.Authority);

    /// <summary>Possible intermediates of the leaf.</summary>
    public IEnumerable<X509Certificate2> Chain =>
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
    public static FileCertificate Of(PemCertificate pem, string kind) =>
        new(new(kind, pem.Index, pem.Details), pem.Certificate);
}

/// <summary>Reads the certificates of a PEM file, with their kinds.</summary>
internal static class PemContents
{
    public static FileContents Read(
        ExpectedFile expected, byte[] bytes, CertificateBudget budget, ICollection<LoadProblem> problems)
    {
        var all = CertificateFile.ReadIntact(expected.Path, bytes, budget, problems).Loaded;
        return new([.. all.Zip(CertificateKinds.Of(expected.Role, all), FileCertificate.Of)]);
    }
}
