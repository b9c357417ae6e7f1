using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>Validates client certificates.</summary>
/// <param name="authorities">Trusted CAs; <see langword="null"/> for those of the system.</param>
internal sealed class ClientTrust(TlsSettings settings, ImmutableArray<X509Certificate2>? authorities)
{
    private const int MaxNameLength = 100;

    public bool RequestsCertificate => settings.ClientAuth is not ClientAuth.NoClientCert;

    public X509ChainPolicy ChainPolicy()
    {
        var policy = ServerTrust.OfflinePolicy(authorities);
        policy.ApplicationPolicy.Add(new("1.3.6.1.5.5.7.3.2")); // client authentication
        return policy;
    }

    /// <summary>Validates a certificate. The handshake has already proven that the client has its key.</summary>
    /// <returns>Why the client is rejected; <see langword="null"/> if it is accepted.</returns>
    public string? Refusal(X509Certificate? certificate, X509Chain? chain) => (settings.ClientAuth, certificate) switch
    {
        (ClientAuth.NoClientCert or ClientAuth.RequestClientCert, _) => null,
        (ClientAuth.VerifyClientCertIfGiven, null) => null,
        (_, not X509Certificate2) => "no certificate was sent",
        (ClientAuth.RequireAnyClientCert, X509Certificate2 sent) => NotAllowed(sent),
        (_, X509Certificate2 sent) => NotTrusted(sent, chain) ?? NotAllowed(sent),
    };

    private string? NotTrusted(X509Certificate2 sent, X509Chain? chain)
    {
        if (chain is null)
            return $"{Named(sent)} could not be verified";
        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        // As in Go, every certificate of the CA file is a root, also one that is not self-signed.
        if (flags is X509ChainStatusFlags.NoError || (flags is X509ChainStatusFlags.PartialChain
            && (authorities ?? []).Any(ours => ServerTrust.IsSame(ours, chain.ChainElements[^1].Certificate))))
        {
            return null;
        }
        return flags.HasFlag(X509ChainStatusFlags.NotTimeValid)
            ? $"{Named(sent)} is valid from {sent.Start():u} to {sent.End():u}, or its CA is not valid now"
            : flags.HasFlag(X509ChainStatusFlags.NotValidForUsage)
            ? $"{Named(sent)} has no extended key usage for client authentication"
            : $"{Named(sent)} is not signed by a CA of client_ca_file ({flags})";
    }

    private string? NotAllowed(X509Certificate2 sent) =>
        IsAllowed(sent) ? null : $"{Named(sent)} has none of client_allowed_sans";

    // The client chose the name, so it is quoted and truncated.
    private static string Named(X509Certificate2 sent) =>
        sent.Subject.Length <= MaxNameLength ? $"\"{sent.Subject}\"" : $"\"{sent.Subject[..MaxNameLength]}…\"";

    private bool IsAllowed(X509Certificate2 sent) =>
        settings.AllowedSans.IsEmpty
        || SubjectNames.Of(sent).Intersect(settings.AllowedSans, StringComparer.Ordinal).Any();
}
