using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;

namespace EtcdSentinelExporter.Web.Config;

/// <summary>What a web configuration file says.</summary>
/// <param name="Tls"><see langword="null"/> for plain HTTP.</param>
/// <param name="Http2">True if HTTP/2 is offered, which takes TLS. Off unless asked for: Prometheus scrapes over
/// HTTP/1.1, and HTTP/2 lets one connection cost more.</param>
/// <param name="Headers">Set on every answer.</param>
/// <param name="Users">Who may ask, by name; nobody has to say a name where it is empty.</param>
/// <param name="Rate"><see langword="null"/> for as many requests as are made.</param>
internal sealed record WebConfiguration(
    TlsSettings? Tls,
    bool Http2,
    ImmutableArray<KeyValuePair<string, string>> Headers,
    FrozenDictionary<string, BcryptHash> Users,
    RequestRate? Rate);

/// <param name="Interval">Time after which one more request may be made; above zero.</param>
/// <param name="Burst">Requests that may be made at once.</param>
internal sealed record RequestRate(TimeSpan Interval, int Burst);

/// <summary>PEM text that stands in a file of its own, or in the configuration itself.</summary>
/// <param name="Name">The path, or the key under which the text stands: for messages.</param>
/// <param name="Inline"><see langword="null"/> for a file.</param>
internal sealed record PemSource(string Name, string? Inline)
{
    // A private key must not appear where somebody prints a record.
    public override string ToString() => Name;
}

/// <summary>How connections are secured.</summary>
internal sealed record TlsSettings
{
    public required PemSource Certificate { get; init; }

    public required PemSource Key { get; init; }

    /// <summary>CAs that client certificates are checked against; <see langword="null"/> for those the system
    /// trusts.</summary>
    public PemSource? ClientCa { get; init; }

    public ClientAuth ClientAuth { get; init; }

    /// <summary>Of these names a client certificate has to hold one; any will do where it is empty.</summary>
    public ImmutableArray<string> AllowedSans { get; init; } = [];

    /// <summary>TLS 1.2, 1.3 or both.</summary>
    public SslProtocols Versions { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>For TLS 1.2; those of the system where it is empty.</summary>
    public ImmutableArray<TlsCipherSuite> CipherSuites { get; init; } = [];

    /// <summary>Whether the two say the same. Records compare lists by where they lie in memory.</summary>
    public bool IsSame(TlsSettings? other) => other is not null
        && AllowedSans.SequenceEqual(other.AllowedSans)
        && CipherSuites.SequenceEqual(other.CipherSuites)
        && this == other with { AllowedSans = AllowedSans, CipherSuites = CipherSuites };
}
