using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Whether a certificate was signed by one of a CA file, whatever the time is.</summary>
internal static class Issuance
{
    // What says that somebody else signed it. Whatever else may be amiss, such as an extension that is not known here,
    // says nothing about that.
    private const X509ChainStatusFlags SignedByAnother = X509ChainStatusFlags.UntrustedRoot
        | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid;

    /// <param name="between">Certificates that may lie between the two, such as those after a leaf in its file.</param>
    /// <param name="authorities">All of the CA file; each counts as a root, as it does for etcd and Kubernetes.</param>
    /// <returns><see langword="null"/> when it cannot be judged.</returns>
    public static bool? Verifies(
        X509Certificate2 certificate, IEnumerable<X509Certificate2> between,
        IReadOnlyList<X509Certificate2> authorities)
    {
        X509Certificate2[] others = [.. between];
        var together = Build(certificate, others, authorities);
        if (together is true || authorities.Count < 2)
            return together;
        // Out of several CAs of one name OpenSSL may try only the first, also where another one signed.
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
        X509Certificate2 certificate, X509Certificate2[] between, IReadOnlyList<X509Certificate2> authorities)
    {
        using var chain = new X509Chain { ChainPolicy = ServerTrust.OfflinePolicy([.. authorities]) };
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.ExtraStore.AddRange(between);
        try
        {
            if (chain.Build(certificate) || EndsInFile(chain, authorities))
                return true;
            return chain.ChainStatus.Any(one => (one.Status & SignedByAnother) != X509ChainStatusFlags.NoError)
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
