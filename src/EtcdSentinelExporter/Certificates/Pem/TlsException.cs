using System.Security.Authentication;

namespace EtcdSentinelExporter.Certificates.Pem;

/// <summary>A TLS connection that could not be made, and why.</summary>
/// <param name="reason">One of <see cref="TlsReason"/>.</param>
internal sealed class TlsException(string reason, string message) : AuthenticationException(message)
{
    public string Reason { get; } = reason;
}

/// <summary>Why a TLS connection could not be made: the closed list.</summary>
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
