using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Why etcd could not be asked, or did not answer what was asked: the closed list, fit for a label.</summary>
internal static class EtcdReason
{
    /// <summary>Nobody listens there, or the connection broke.</summary>
    public const string Unreachable = "unreachable";

    public const string Dns = "dns";

    /// <summary>No answer in time: from the network, from etcd, or from etcd's peers.</summary>
    public const string Timeout = "timeout";

    /// <summary>An earlier call has still no answer; nothing was sent.</summary>
    public const string Busy = "busy";

    /// <summary>The files of our TLS identity could never be loaded; nothing was sent.</summary>
    public const string Credentials = "credentials";

    /// <summary>etcd has authentication switched on and does not let us in.</summary>
    public const string Auth = "auth";

    public const string NoLeader = "no_leader";

    /// <summary>A learner does not answer this.</summary>
    public const string Learner = "learner";

    /// <summary>etcd cannot answer now: it starts, stops, or changes its leader.</summary>
    public const string Unavailable = "unavailable";

    public const string Overloaded = "overloaded";
    public const string Corrupt = "corrupt";

    /// <summary>The server does not know the call: an etcd too old, or no etcd.</summary>
    public const string Unsupported = "unsupported";

    /// <summary>Any other error that etcd answered with.</summary>
    public const string Error = "error";

    /// <summary>Something answers, but not gRPC over HTTP/2.</summary>
    public const string NotGrpc = "not_grpc";

    /// <summary>The answer breaks the rules of HTTP/2, gRPC or protobuf.</summary>
    public const string Protocol = "protocol";

    public const string TooLarge = "too_large";

    /// <summary>A page was answered with another HTTP status than 200.</summary>
    public const string HttpStatus = "http_status";

    public static ImmutableArray<string> All { get; } =
    [
        Unreachable, Dns, Timeout, Busy, Credentials, Auth, NoLeader, Learner, Unavailable, Overloaded, Corrupt,
        Unsupported, Error, NotGrpc, Protocol, TooLarge, HttpStatus,
        TlsReason.UntrustedCa, TlsReason.ServerCertificateExpired, TlsReason.ServerCertificateNotYetValid,
        TlsReason.NameMismatch, TlsReason.ClientCertificateRejected, TlsReason.ClientCertificateExpired,
        TlsReason.Handshake,
    ];
}
