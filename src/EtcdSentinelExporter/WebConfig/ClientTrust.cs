using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Pki;

namespace EtcdSentinelExporter.WebConfig;

/// <summary>Judges the certificate that a client shows, or does not show.</summary>
/// <param name="authorities"><see langword="null"/> to trust what the system trusts.</param>
internal sealed class ClientTrust(TlsSettings settings, ImmutableArray<X509Certificate2>? authorities)
{
    public bool Asks => settings.ClientAuth is not ClientAuth.NoClientCert;

    public X509ChainPolicy ChainPolicy()
    {
        var policy = ServerTrust.OfflinePolicy(authorities);
        policy.ApplicationPolicy.Add(new("1.3.6.1.5.5.7.3.2")); // client authentication
        return policy;
    }

    /// <summary>That the client has the key was proven by the handshake; this is about whose it is.</summary>
    public bool Accepts(X509Certificate? certificate, X509Chain? chain) => (settings.ClientAuth, certificate) switch
    {
        (ClientAuth.NoClientCert or ClientAuth.RequestClientCert, _) => true,
        (ClientAuth.VerifyClientCertIfGiven, null) => true,
        (_, not X509Certificate2) => false,
        (ClientAuth.RequireAnyClientCert, X509Certificate2 shown) => IsAllowed(shown),
        (_, X509Certificate2 shown) => chain is not null && IsOurs(chain) && IsAllowed(shown),
    };

    private bool IsOurs(X509Chain chain)
    {
        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        // As in Go, every certificate of the CA file is a root, also one that did not sign itself.
        return flags is X509ChainStatusFlags.NoError || (flags is X509ChainStatusFlags.PartialChain
            && (authorities ?? []).Any(ours => ServerTrust.IsSame(ours, chain.ChainElements[^1].Certificate)));
    }

    private bool IsAllowed(X509Certificate2 shown) =>
        settings.AllowedSans.IsEmpty
        || SubjectNames.Of(shown).Intersect(settings.AllowedSans, StringComparer.Ordinal).Any();
}
