using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>A call to etcd failed, or its response was invalid.</summary>
/// <param name="reason">One of <see cref="EtcdReason"/>.</param>
/// <param name="message">One line for logs, without secrets.</param>
internal sealed class EtcdException(
    string reason, string message, Exception? cause = null) : IOException(message, cause)
{
    public string Reason { get; } = reason;

    /// <summary>The HTTP status if it was unexpected; otherwise <see langword="null"/>.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>True if etcd does not accept the token of an earlier login any more.</summary>
    public bool IsAboutToken { get; init; }

    /// <summary>True if a login failed because etcd has no authentication enabled.</summary>
    public bool IsAuthDisabled { get; init; }

    /// <summary>True if no token can be had, so the call itself was not sent. The member may be healthy.</summary>
    public bool IsLogin { get; init; }

    /// <summary>True if nothing at all was sent, because the next login is not due yet, or has no password.</summary>
    public bool IsPaused { get; init; }
}

/// <summary>Closed list of reasons why a call to etcd failed: label values.</summary>
internal static class EtcdReason
{
    /// <summary>The connection was refused, or it broke.</summary>
    public const string Unreachable = "unreachable";

    public const string Dns = "dns";

    /// <summary>No response in time: from the network, from etcd, or from etcd's peers.</summary>
    public const string Timeout = "timeout";

    /// <summary>An earlier call is still pending; nothing was sent.</summary>
    public const string Busy = "busy";

    /// <summary>The exporter's TLS files were never loaded successfully; nothing was sent.</summary>
    public const string Credentials = "credentials";

    /// <summary>etcd has authentication enabled and rejected the call.</summary>
    public const string Auth = "auth";

    public const string NoLeader = "no_leader";

    /// <summary>The member is a learner and does not support this call.</summary>
    public const string Learner = "learner";

    /// <summary>etcd cannot respond now: it starts, stops, or changes its leader.</summary>
    public const string Unavailable = "unavailable";

    public const string Overloaded = "overloaded";
    public const string Corrupt = "corrupt";

    /// <summary>The server does not implement the call: etcd is too old, or the server is not etcd.</summary>
    public const string Unsupported = "unsupported";

    /// <summary>Any other error from etcd.</summary>
    public const string Error = "error";

    /// <summary>The server does not speak gRPC over HTTP/2.</summary>
    public const string NotGrpc = "not_grpc";

    /// <summary>The response violates HTTP/2, gRPC or protobuf.</summary>
    public const string Protocol = "protocol";

    public const string TooLarge = "too_large";

    /// <summary>A page had an HTTP status other than 200.</summary>
    public const string HttpStatus = "http_status";

    /// <summary>Reasons that say nothing about the member: it is not trusted, does not trust the exporter, or has
    /// another name.</summary>
    public static ImmutableArray<string> Blind { get; } =
    [
        Credentials, Auth, TlsReason.UntrustedCa, TlsReason.ServerCertificateExpired,
        TlsReason.ServerCertificateNotYetValid, TlsReason.NameMismatch, TlsReason.ClientCertificateRejected,
        TlsReason.ClientCertificateExpired, TlsReason.Handshake, Dns,
    ];

    public static ImmutableArray<string> All { get; } =
    [
        Unreachable, Dns, Timeout, Busy, Credentials, Auth, NoLeader, Learner, Unavailable, Overloaded, Corrupt,
        Unsupported, Error, NotGrpc, Protocol, TooLarge, HttpStatus,
        TlsReason.UntrustedCa, TlsReason.ServerCertificateExpired, TlsReason.ServerCertificateNotYetValid,
        TlsReason.NameMismatch, TlsReason.ClientCertificateRejected, TlsReason.ClientCertificateExpired,
        TlsReason.Handshake,
    ];
}
