using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Certificates.Served;

/// <summary>Finds etcd's TLS servers: those of the member on this node, and those from the settings.</summary>
/// <remarks>etcd logs each connection without a client certificate as rejected. So without a certificate, no
/// connection is made.</remarks>
/// <param name="etcd">The etcd on this node; <see langword="null"/> if there is none.</param>
/// <param name="configured">Client certificate from the settings; <see langword="null"/> to use the discovered
/// one.</param>
/// <param name="endpoints">The setting <c>etcd.endpoints</c>.</param>
internal sealed class EtcdListeners(EtcdInstallation? etcd, TlsFiles? configured, ImmutableArray<Uri> endpoints)
{
    public const string Client = "etcd-client";
    public const string Peer = "etcd-peer";

    // The peer port accepts the certificates of members, but not necessarily those of clients.
    private readonly TlsFiles? _peer = Identity(etcd?.PeerCertFile, etcd?.PeerKeyFile);
    private readonly TlsFiles? _client = configured ?? Identity(etcd?.CertFile, etcd?.KeyFile);

    public IEnumerable<TlsListener> Find() =>
        new[] { Local(Client, etcd?.ClientUrl, etcd?.ServerCertFile), Local(Peer, etcd?.PeerUrl, etcd?.PeerCertFile) }
            .Concat(endpoints.Select(Endpoint))
            .OfType<TlsListener>()
            .DistinctBy(listener => (listener.Name, listener.Address));

    /// <summary>Adds the client certificate to a listener of etcd; returns any other listener unchanged.</summary>
    public TlsListener WithIdentity(TlsListener listener) => listener.Name switch
    {
        Client => listener with { Identity = _client, NeedsIdentity = etcd is not { ClientCertAuth: false } },
        Peer => listener with { Identity = _peer, NeedsIdentity = true },
        _ => listener,
    };

    /// <summary>Settings that provide the client certificate for a listener that requires one.</summary>
    public static string Remedy(TlsListener listener) => listener.Name == Peer
        ? "--peer-cert-file and --peer-key-file of this node's etcd, or remove etcd-peer from certificates.served"
        : "etcd.cert-file and etcd.key-file";

    private TlsListener? Local(string name, string? url, string? certFile) =>
        url is not null && Uri.TryCreate(url, UriKind.Absolute, out var address)
            && TryCreate(name, address) is { } listener
            ? listener with { FilePaths = certFile is null ? [] : [certFile] }
            : null;

    // An address does not identify the member, so there is no file to compare with.
    private TlsListener? Endpoint(Uri address) => TryCreate(Client, address);

    private TlsListener? TryCreate(string name, Uri address) =>
        address.Scheme == Uri.UriSchemeHttps
            && WithIdentity(new(name, address.IdnHost.Trim('[', ']'), address.Port)) is { } listener
            && (listener.Identity is not null || !listener.NeedsIdentity)
            ? listener
            : null;

    private static TlsFiles? Identity(string? cert, string? key) =>
        cert is not null && key is not null ? new(Ca: null, cert, key) : null;
}
