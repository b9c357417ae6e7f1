using System.Collections.Frozen;
using System.Net.Security;
using System.Security.Authentication;

namespace EtcdSentinelExporter.Web.Config;

/// <param name="Tls"><see langword="null"/> for plain HTTP.</param>
/// <param name="Http2">True to offer HTTP/2, which requires TLS. Disabled by default: Prometheus scrapes over
/// HTTP/1.1, and with HTTP/2 one connection can use more resources.</param>
/// <param name="Headers">Set on every response.</param>
/// <param name="Users">Password hashes by user name; empty to disable authentication.</param>
/// <param name="Rate">Rate limit; <see langword="null"/> for none.</param>
internal sealed record WebConfiguration(
    TlsSettings? Tls,
    bool Http2,
    ImmutableArray<KeyValuePair<string, string>> Headers,
    FrozenDictionary<string, BcryptHash> Users,
    RequestRate? Rate);

/// <param name="Interval">Time that each further request takes; above zero.</param>
/// <param name="Burst">Number of requests that may come at once.</param>
internal sealed record RequestRate(TimeSpan Interval, int Burst);

/// <summary>PEM text in a separate file, or inline in the configuration.</summary>
/// <param name="Name">The path of the file, or the key of the inline text: for messages.</param>
/// <param name="Inline"><see langword="null"/> for a file.</param>
internal sealed record PemSource(string Name, string? Inline)
{
    // A private key must not be printed with the record.
    public override string ToString() => Name;
}

/// <summary>TLS settings of the web server.</summary>
internal sealed record TlsSettings
{
    public required PemSource Certificate { get; init; }

    public required PemSource Key { get; init; }

    /// <summary>CAs that client certificates must chain to; <see langword="null"/> for those of the
    /// system.</summary>
    public PemSource? ClientCa { get; init; }

    public ClientAuth ClientAuth { get; init; }

    /// <summary>Names of which a client certificate must contain one; empty to allow any name.</summary>
    public ImmutableArray<string> AllowedSans { get; init; } = [];

    /// <summary>TLS 1.2, 1.3 or both.</summary>
    public SslProtocols Versions { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Cipher suites of TLS 1.2; empty for those of the system.</summary>
    public ImmutableArray<TlsCipherSuite> CipherSuites { get; init; } = [];

    /// <summary>True if both have equal values. Records compare lists by reference.</summary>
    public bool IsSame(TlsSettings? other) => other is not null
        && AllowedSans.SequenceEqual(other.AllowedSans)
        && CipherSuites.SequenceEqual(other.CipherSuites)
        && this == other with { AllowedSans = AllowedSans, CipherSuites = CipherSuites };
}

/// <summary>Policy for client certificates, with the names of exporter-toolkit.</summary>
internal enum ClientAuth
{
    /// <summary>No client certificate is requested.</summary>
    NoClientCert,

    /// <summary>A client certificate is requested but optional, and is not verified.</summary>
    RequestClientCert,

    /// <summary>A client certificate is required, but is not verified.</summary>
    RequireAnyClientCert,

    /// <summary>A client certificate is optional; if sent, it must chain to client_ca_file.</summary>
    VerifyClientCertIfGiven,

    /// <summary>A client certificate is required, and must chain to client_ca_file.</summary>
    RequireAndVerifyClientCert,
}
