using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>Validates the certificate that a server presents.</summary>
internal static class ServerTrust
{
    /// <summary>Policy for server certificates.</summary>
    /// <param name="authorities">Trusted CAs, or <see langword="null"/> for the system's.</param>
    public static X509ChainPolicy ChainPolicy(ImmutableArray<X509Certificate2>? authorities)
    {
        var policy = OfflinePolicy(authorities);
        policy.ApplicationPolicy.Add(new("1.3.6.1.5.5.7.3.1")); // server authentication
        return policy;
    }

    /// <summary>Policy for certificates of any usage. Nothing is fetched from the network.</summary>
    /// <inheritdoc cref="ChainPolicy"/>
    public static X509ChainPolicy OfflinePolicy(ImmutableArray<X509Certificate2>? authorities)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            // A certificate may contain a URL of its issuer; .NET would send a request to it in the middle of a poll.
            DisableCertificateDownloads = true,
        };
        if (authorities is { } trusted)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(trusted.ToArray());
        }
        return policy;
    }

    /// <summary>Validates chain, validity period and host name.</summary>
    /// <returns>Always <see langword="true"/>.</returns>
    /// <exception cref="TlsException">The certificate is not trusted; the message says why.</exception>
    public static bool Check(
        X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors,
        ImmutableArray<X509Certificate2> authorities, DateTimeOffset now)
    {
        if (certificate is null || chain is null)
            throw new TlsException(TlsReason.Handshake, "The server presented no certificate.");
        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        if (flags.HasFlag(X509ChainStatusFlags.NotTimeValid))
            throw OutOfTime(chain, now);
        if (flags != X509ChainStatusFlags.NoError && !EndsInIntermediate(chain, flags, authorities))
            throw Untrusted(certificate, chain);
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            throw WrongName(certificate);
        return true;
    }

    // etcd's own clients accept every certificate of the CA file as a root; .NET accepts only self-signed ones.
    private static bool EndsInIntermediate(
        X509Chain chain, X509ChainStatusFlags flags, ImmutableArray<X509Certificate2> authorities) =>
        flags == X509ChainStatusFlags.PartialChain
        && authorities.Any(ours => IsSame(ours, chain.ChainElements[^1].Certificate));

    /// <summary>Returns true if both certificates have the same bytes.</summary>
    /// <remarks>Equals compares only issuer and serial number, which an attacker can copy.</remarks>
    public static bool IsSame(X509Certificate2 ours, X509Certificate2 theirs) =>
        ours.RawDataMemory.Span.SequenceEqual(theirs.RawDataMemory.Span);

    private static TlsException OutOfTime(X509Chain chain, DateTimeOffset now)
    {
        var early = chain.ChainElements.FirstOrDefault(e => e.Certificate.Start() > now);
        var late = chain.ChainElements.FirstOrDefault(e => e.Certificate.End() <= now);
        return early is not null && late is null
            ? new(TlsReason.ServerCertificateNotYetValid,
                $"\"{early.Certificate.Subject}\" is not valid before {early.Certificate.Start():u}; "
                + "compare the clocks.")
            : new(TlsReason.ServerCertificateExpired,
                $"\"{late?.Certificate.Subject}\" expired at {late?.Certificate.End():u}; "
                + "renew it and restart the server.");
    }

    private static TlsException Untrusted(X509Certificate certificate, X509Chain chain) => new(
        TlsReason.UntrustedCa,
        $"\"{certificate.Subject}\", issued by \"{certificate.Issuer}\", does not chain to a trusted CA"
        + $" ({string.Join(", ", chain.ChainStatus.Select(s => s.Status).Distinct())}); set the server's CA file.");

    private static TlsException WrongName(X509Certificate certificate) => new(
        TlsReason.NameMismatch,
        $"\"{certificate.Subject}\" is not valid for the host in the URL; use a name or address from its SANs.");
}
