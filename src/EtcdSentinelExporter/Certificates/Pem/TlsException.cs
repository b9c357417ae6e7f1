using System.Security.Authentication;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>A TLS connection failed.</summary>
/// <param name="reason">One of <see cref="TlsReason"/>.</param>
internal sealed class TlsException(string reason, string message) : AuthenticationException(message)
{
    public string Reason { get; } = reason;
}

/// <summary>All reasons why a TLS connection can fail; label values.</summary>
internal static class TlsReason
{
    public const string UntrustedCa = "untrusted_ca";
    public const string ServerCertificateExpired = "server_certificate_expired";
    public const string ServerCertificateNotYetValid = "server_certificate_not_yet_valid";
    public const string NameMismatch = "name_mismatch";
    public const string ClientCertificateRejected = "client_certificate_rejected";
    public const string ClientCertificateExpired = "client_certificate_expired";
    public const string Handshake = "handshake";
}
