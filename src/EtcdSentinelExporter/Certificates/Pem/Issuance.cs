using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Checks that a certificate was signed by a CA of a CA file. Validity periods are ignored.</summary>
internal static class Issuance
{
    // Only these flags mean that another CA signed the certificate. Other flags, such as for an unknown critical
    // extension, say nothing about the signature.
    private const X509ChainStatusFlags SignedByAnother = X509ChainStatusFlags.UntrustedRoot
        | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid;

    /// <param name="intermediates">Possible intermediate CAs, such as those after a leaf in its file.</param>
    /// <param name="authorities">All certificates of the CA file. Each counts as a root, as in etcd and
    /// Kubernetes.</param>
    /// <returns>True if signed by one of them; <see langword="null"/> if that cannot be decided.</returns>
    public static bool? IsIssuedBy(
        X509Certificate2 certificate, IEnumerable<X509Certificate2> intermediates,
        IReadOnlyList<X509Certificate2> authorities)
    {
        X509Certificate2[] others = [.. intermediates];
        var together = Build(certificate, others, authorities);
        if (together is true || authorities.Count < 2)
            return together;
        // Among several CAs with the same name, OpenSSL may try only the first, even if another one signed.
        var isUnsure = together is null;
        foreach (var authority in authorities)
        {
            var alone = Build(certificate, others, [authority]);
            if (alone is true)
                return true;
            isUnsure |= alone is null;
        }
        return isUnsure ? null : false;
    }

    private static bool? Build(
        X509Certificate2 certificate, X509Certificate2[] intermediates, IReadOnlyList<X509Certificate2> authorities)
    {
        using var chain = new X509Chain { ChainPolicy = ServerTrust.OfflinePolicy([.. authorities]) };
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.ExtraStore.AddRange(intermediates);
        try
        {
            if (chain.Build(certificate) || EndsInFile(chain, authorities))
                return true;
            return chain.ChainStatus.Any(status => (status.Status & SignedByAnother) != X509ChainStatusFlags.NoError)
                ? false
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            foreach (var element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }

    private static bool EndsInFile(X509Chain chain, IReadOnlyList<X509Certificate2> authorities) =>
        chain.ChainElements.Count > 1
        && authorities.Any(ours => ServerTrust.IsSame(ours, chain.ChainElements[^1].Certificate))
        && chain.ChainStatus.All(status =>
            status.Status is X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.NotTimeValid);
}
