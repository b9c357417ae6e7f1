using System.Net.Sockets;
using EtcdSentinelExporter.Pki;

namespace EtcdSentinelExporter.Etcd;

/// <summary>Turns what .NET throws for a broken exchange into a reason.</summary>
internal static class TransportErrors
{
    /// <param name="identity">Who we were to the server; <see langword="null"/> over a plain connection.</param>
    /// <param name="wasSilent">The handshake was done, and the server then sent nothing at all.</param>
    public static EtcdException Explain(Exception failure, TlsIdentity? identity, bool wasSilent, DateTimeOffset now)
    {
        var causes = Causes(failure).ToList();
        if (causes.OfType<TlsException>().FirstOrDefault() is { } tls)
            return new(tls.Reason, tls.Message, failure);
        if (identity is not null && (causes.Exists(IsAlertAboutCertificate) || (wasSilent && causes.Exists(IsReset))))
            return Rejected(identity, now, failure);
        return new(Reason(failure), Sentence(failure, causes), failure);
    }

    private static IEnumerable<Exception> Causes(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
            yield return failure;
    }

    // OpenSSL's words for the alerts 42 to 46, 48 and 116, which a server sends about nothing but our certificate.
    private static bool IsAlertAboutCertificate(Exception e) =>
        e.Message.Contains(" alert ", StringComparison.Ordinal)
        && (e.Message.Contains("certificate", StringComparison.Ordinal) || e.Message.Contains("unknown ca", StringComparison.Ordinal));

    private static bool IsReset(Exception e) =>
        e is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown };

    private static EtcdException Rejected(TlsIdentity identity, DateTimeOffset now, Exception failure) => identity.NotAfter switch
    {
        null => new(TlsReason.ClientCertificateRejected, "The server demands a client certificate; name one and its key.", failure),
        { } end when end <= now => new(
            TlsReason.ClientCertificateExpired, $"The server refuses our client certificate, which expired at {end:u}; renew it.", failure),
        _ => new(
            TlsReason.ClientCertificateRejected,
            "The server refuses our client certificate; use one that its trusted CA file leads to.", failure),
    };

    private static string Reason(Exception failure) => failure switch
    {
        // Not ours: the token was looked at before.
        OperationCanceledException => EtcdReason.Timeout,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => EtcdReason.Dns,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => TlsReason.Handshake,
        HttpRequestException { HttpRequestError: HttpRequestError.VersionNegotiationError } => EtcdReason.NotGrpc,
        HttpRequestException { HttpRequestError: HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse } => EtcdReason.Protocol,
        HttpIOException { HttpRequestError: HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse } => EtcdReason.Protocol,
        _ => EtcdReason.Unreachable,
    };

    private static string Sentence(Exception failure, IReadOnlyList<Exception> causes) => failure is OperationCanceledException
        ? "No connection in time."
        : causes[^1].Message == failure.Message ? failure.Message : $"{failure.Message} {causes[^1].Message}";
}
