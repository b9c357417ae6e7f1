using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Certificates.Served;

/// <summary>etcd's TLS servers: those of the member on this node, and those that settings name.</summary>
/// <remarks>etcd logs a rejected connection for each that shows no certificate, so none is dialled
/// without one.</remarks>
/// <param name="etcd">How etcd runs here; <see langword="null"/> where it does not.</param>
/// <param name="given">Whom settings tell us to be; <see langword="null"/>: as discovered.</param>
/// <param name="endpoints">The setting <c>etcd.endpoints</c>.</param>
internal sealed class EtcdListeners(EtcdInstallation? etcd, TlsFiles? given, ImmutableArray<Uri> endpoints)
{
    private const string Client = "etcd-client";
    private const string Peer = "etcd-peer";

    // Members accept each other's certificate at the peer port, and need not accept a client's.
    private readonly TlsFiles? _peer = Identity(etcd?.PeerCertFile, etcd?.PeerKeyFile);
    private readonly TlsFiles? _client = given ?? Identity(etcd?.CertFile, etcd?.KeyFile);

    public IEnumerable<TlsListener> Find() =>
        new[] { Local(Client, etcd?.ClientUrl, etcd?.ServerCertFile), Local(Peer, etcd?.PeerUrl, etcd?.PeerCertFile) }
            .Concat(endpoints.Select(Endpoint))
            .OfType<TlsListener>()
            .DistinctBy(listener => (listener.Name, listener.Address));

    /// <summary>The same as whom it wants to see, if it is etcd.</summary>
    public TlsListener Identified(TlsListener listener) => listener.Name switch
    {
        Client => listener with { Identity = _client, NeedsIdentity = etcd is not { ClientCertAuth: false } },
        Peer => listener with { Identity = _peer, NeedsIdentity = true },
        _ => listener,
    };

    /// <summary>Which settings give a listener that needs one an identity.</summary>
    public static string Remedy(TlsListener listener) => listener.Name == Peer
        ? "--peer-cert-file and --peer-key-file of this node's etcd, or take etcd-peer out of certificates.served"
        : "etcd.cert-file and etcd.key-file";

    private TlsListener? Local(string name, string? url, string? certFile) =>
        url is not null && Uri.TryCreate(url, UriKind.Absolute, out var address)
            && Dialled(name, address) is { } listener
            ? listener with { FilePaths = certFile is null ? [] : [certFile] }
            : null;

    // Which member that is cannot be told by its address, so there is no file to compare with.
    private TlsListener? Endpoint(Uri address) => Dialled(Client, address);

    private TlsListener? Dialled(string name, Uri address) =>
        address.Scheme == Uri.UriSchemeHttps
            && Identified(new(name, address.IdnHost.Trim('[', ']'), address.Port)) is { } listener
            && (listener.Identity is not null || !listener.NeedsIdentity)
            ? listener
            : null;

    private static TlsFiles? Identity(string? cert, string? key) =>
        cert is not null && key is not null ? new(Ca: null, cert, key) : null;
}
