using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Creates a TLS identity from the contents of its files.</summary>
internal static class TlsIdentityLoader
{
    /// <summary>Loads the identity, or returns <see langword="null"/> if the files are invalid. Adds problems in both
    /// cases.</summary>
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

    /// <summary>Loads the client certificate with its key, followed by intermediates; empty if none is
    /// configured.</summary>
    private static X509Certificate2[]? LoadChain(
        TlsFiles files, TlsContents contents, ICollection<LoadProblem> problems)
    {
        if (contents.Cert is null)
            return [];
        var before = problems.Count;
        var certificates = CertificateFile.Read(files.Cert!, contents.Cert, problems);
        // One invalid block is enough: the server would reject a certificate if one of its issuers is missing.
        var leaf = problems.Count == before
            ? PrivateKeyFile.Join(certificates[0], files.Key!, contents.Key!, problems)
            : null;
        foreach (var certificate in leaf is null ? certificates : certificates[..1])
            certificate.Dispose();
        return leaf is null ? null : [leaf, .. certificates[1..]];
    }
}
