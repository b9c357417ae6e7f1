using System.Net.Sockets;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Turns what .NET throws for a broken exchange into a reason.</summary>
internal static class TransportErrors
{
    private const long Http11Required = 0xD;

    /// <param name="identity">Who we were to the server; <see langword="null"/> over a plain connection.</param>
    /// <param name="history">Of the connection that was used, or could not be made.</param>
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

    // OpenSSL's words for the alerts 42 to 46, 48 and 116, which a server sends about nothing but our certificate.
    private static bool IsAlertAboutCertificate(Exception e) =>
        e.Message.Contains(" alert ", StringComparison.Ordinal)
        && (e.Message.Contains("certificate", StringComparison.Ordinal)
            || e.Message.Contains("unknown ca", StringComparison.Ordinal));

    private static EtcdException Rejected(TlsIdentity identity, DateTimeOffset now, Exception failure) =>
        identity.NotAfter switch
        {
            null => new(TlsReason.ClientCertificateRejected,
                "The server demands a client certificate; name one and its key.", failure),
            { } end when end <= now => new(
                TlsReason.ClientCertificateExpired,
                $"The server refuses our client certificate, which expired at {end:u}; renew it.", failure),
            _ => new(
                TlsReason.ClientCertificateRejected,
                "The server refuses our client certificate; use one that its trusted CA file leads to.", failure),
        };

    private static string Reason(Exception failure, IReadOnlyList<Exception> causes) => failure switch
    {
        // Not ours: the token was looked at before.
        OperationCanceledException => EtcdReason.Timeout,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => EtcdReason.Dns,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => TlsReason.Handshake,
        HttpRequestException { HttpRequestError: HttpRequestError.VersionNegotiationError } => EtcdReason.NotGrpc,
        _ when causes.Any(HungUp) => EtcdReason.Unreachable,
        _ when causes.OfType<HttpProtocolException>().FirstOrDefault() is { } broken => ReasonOf(broken),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse }
            or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => EtcdReason.Protocol,
        _ => EtcdReason.Unreachable,
    };

    private static bool HungUp(Exception e) =>
        e is SocketException or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded };

    // The error code is the same for most of these; only .NET's words tell them apart.
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
            return "No connection in time.";
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
                ? " If the port serves TLS, write https."
                : " If this repeats, the server may refuse our client certificate.",
        _ => "",
    };
}
