using System.Net.Sockets;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Maps .NET's transport exceptions to reasons.</summary>
internal static class TransportErrors
{
    private const long Http11Required = 0xD;

    /// <param name="identity">TLS identity of the exporter; <see langword="null"/> for a plain connection.</param>
    /// <param name="history">State of the connection that was used, or could not be made.</param>
    public static EtcdException Explain(
        Exception failure, TlsIdentity? identity, ConnectionHistory history, DateTimeOffset now)
    {
        var causes = Causes(failure).Concat(Causes(history.Failure)).ToList();
        if (causes.OfType<TlsException>().FirstOrDefault() is { } tls)
            return new(tls.Reason, tls.Message, failure);
        if (identity is not null && causes.Exists(IsAlertAboutCertificate))
            return Rejected(identity, now, failure);
        var reason = Reason(failure, causes);
        return new(reason, Sentence(failure) + Remedy(reason, failure, identity), failure);
    }

    private static IEnumerable<Exception> Causes(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
            yield return failure;
    }

    // OpenSSL's texts for the alerts 42 to 46, 48 and 116. A server sends these only about the client certificate.
    private static bool IsAlertAboutCertificate(Exception e) =>
        e.Message.Contains(" alert ", StringComparison.Ordinal)
        && (e.Message.Contains("certificate", StringComparison.Ordinal)
            || e.Message.Contains("unknown ca", StringComparison.Ordinal));

    private static EtcdException Rejected(TlsIdentity identity, DateTimeOffset now, Exception failure) =>
        identity.NotAfter switch
        {
            null => new(TlsReason.ClientCertificateRejected,
                "The server requires a client certificate; set etcd.cert-file and etcd.key-file.", failure),
            { } end when end <= now => new(
                TlsReason.ClientCertificateExpired,
                $"The server rejected the client certificate: expired at {end:u}; renew it.", failure),
            _ => new(
                TlsReason.ClientCertificateRejected,
                "The server rejected the client certificate; use one signed by etcd's --trusted-ca-file.", failure),
        };

    private static string Reason(Exception failure, IReadOnlyList<Exception> causes) => failure switch
    {
        // A timeout of the transport: the caller's own token was checked before.
        OperationCanceledException => EtcdReason.Timeout,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => EtcdReason.Dns,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => TlsReason.Handshake,
        HttpRequestException { HttpRequestError: HttpRequestError.VersionNegotiationError } => EtcdReason.NotGrpc,
        _ when causes.Any(IsConnectionLost) => EtcdReason.Unreachable,
        _ when causes.OfType<HttpProtocolException>().FirstOrDefault() is { } broken => ReasonOf(broken),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse }
            or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => EtcdReason.Protocol,
        _ => EtcdReason.Unreachable,
    };

    private static bool IsConnectionLost(Exception e) =>
        e is SocketException or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded };

    // Most of these share one error code; only .NET's message distinguishes them.
    private static string ReasonOf(HttpProtocolException broken) => broken.Message switch
    {
        _ when broken.ErrorCode == Http11Required => EtcdReason.NotGrpc,
        var m when m.Contains("ping", StringComparison.Ordinal) => EtcdReason.Timeout,
        var m when m.Contains("invalid data", StringComparison.Ordinal) => EtcdReason.NotGrpc,
        _ => EtcdReason.Unreachable, // reset or closed by the server
    };

    private static string Sentence(Exception failure)
    {
        if (failure is OperationCanceledException)
            return "Timeout while connecting.";
        var root = failure.GetBaseException().Message;
        var text = failure.Message.Contains(root, StringComparison.Ordinal)
            ? failure.Message
            : $"{failure.Message} {root}";
        return text.ReplaceLineEndings(" ");
    }

    private static string Remedy(string reason, Exception failure, TlsIdentity? identity) => reason switch
    {
        TlsReason.Handshake => " Does the port serve TLS?",
        EtcdReason.Unreachable when failure is HttpRequestException
        { HttpRequestError: not (HttpRequestError.ConnectionError or HttpRequestError.HttpProtocolError) } =>
            identity is null
                ? " If the port serves TLS, use https://."
                : " If this repeats, the server may be rejecting the client certificate, or serve its pages at another "
                    + "address (--listen-client-http-urls); set etcd.metrics-url to that one.",
        _ => "",
    };
}
