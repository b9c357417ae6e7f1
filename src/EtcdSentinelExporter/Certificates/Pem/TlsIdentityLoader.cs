using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Makes an identity out of the files' bytes.</summary>
internal static class TlsIdentityLoader
{
    /// <summary><see langword="null"/> when the files make no whole identity; what is wrong is said either
    /// way.</summary>
    public static TlsIdentity? Load(TlsFiles files, TlsContents contents, ICollection<LoadProblem> problems)
    {
        ImmutableArray<X509Certificate2>? authorities =
            contents.Ca is null ? null : CertificateFile.Read(files.Ca!, contents.Ca, problems);
        var chain = LoadChain(files, contents, problems);
        if (chain is not null && authorities is not { Length: 0 })
            return new(contents.Hash(), authorities, chain.FirstOrDefault(), [.. chain.Skip(1)]);
        foreach (var certificate in (chain ?? []).Concat(authorities ?? []))
            certificate.Dispose();
        return null;
    }

    /// <summary>Our certificate with its key, then its issuers; empty when none is configured.</summary>
    private static X509Certificate2[]? LoadChain(
        TlsFiles files, TlsContents contents, ICollection<LoadProblem> problems)
    {
        if (contents.Cert is null)
            return [];
        var before = problems.Count;
        var certificates = CertificateFile.Read(files.Cert!, contents.Cert, problems);
        // One bad block is enough: a certificate without one of its issuers would be refused by the server.
        var leaf = problems.Count == before
            ? PrivateKeyFile.Join(certificates[0], files.Key!, contents.Key!, problems)
            : null;
        foreach (var certificate in leaf is null ? certificates : certificates[..1])
            certificate.Dispose();
        return leaf is null ? null : [leaf, .. certificates[1..]];
    }
}
