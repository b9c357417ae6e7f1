using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using EtcdSentinelExporter.Node;
using EtcdSentinelExporter.Pki;

namespace EtcdSentinelExporter.Collectors.Certificates;

/// <summary>The TLS servers of the control plane on this node, as its own files tell of them.</summary>
internal sealed class ListenerFinder(
    HostFiles files, PodFinder pods, EtcdInstallation? etcd, TlsFiles? etcdIdentity)
{
    private const string KubeletPki = "/var/lib/kubelet/pki";

    /// <summary>How the file is called out of which a listener usually serves.</summary>
    public static string? FileNameOf(string listener) => listener switch
    {
        "etcd-client" => "etcd-server",
        Component.ApiServer => "apiserver",
        Component.Kubelet => "kubelet-server",
        _ => null,
    };

    public ImmutableArray<TlsListener> Find() =>
    [
        .. new[]
        {
            EtcdClient(), EtcdPeer(),
            Secure(Component.ApiServer, 6443), Secure(Component.ControllerManager, 10257),
            Secure(Component.Scheduler, 10259), Kubelet(),
        }.OfType<TlsListener>(),
    ];

    // Without a certificate of ours etcd would log a rejected connection each time, so then it is not dialled.
    private TlsListener? EtcdClient() =>
        Etcd("etcd-client", etcd?.ClientUrl, etcd?.ServerCertFile,
            etcdIdentity ?? Identity(etcd?.CertFile, etcd?.KeyFile), etcd is { ClientCertAuth: true });

    private TlsListener? EtcdPeer() =>
        Etcd("etcd-peer", etcd?.PeerUrl, etcd?.PeerCertFile, Identity(etcd?.PeerCertFile, etcd?.PeerKeyFile), true);

    private static TlsListener? Etcd(string name, string? url, string? certFile, TlsFiles? identity, bool needsIdentity) =>
        url is not null && Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps
            && (identity is not null || !needsIdentity)
            ? new(name, address.IdnHost.Trim('[', ']'), address.Port)
            {
                FilePaths = certFile is null ? [] : [certFile],
                Identity = identity,
            }
            : null;

    private static TlsFiles? Identity(string? cert, string? key) =>
        cert is not null && key is not null ? new(Ca: null, cert, key) : null;

    private TlsListener? Secure(string component, int usualPort) => pods.Of(component) is not { } pod ? null
        : new(component, ToDial(pod.Flag("bind-address")), Port(pod.Flag("secure-port"), usualPort))
        {
            // Controller manager and scheduler usually make one in memory: then there is no file to compare with.
            FilePaths = pod.HostPath("tls-cert-file") is { } path ? [path] : [],
        };

    private TlsListener? Kubelet() => KubeletConfig.Read(files) is not { } config ? null
        : new(Component.Kubelet, ToDial(config.Address), Port(config.Port, 10250))
        {
            FilePaths = config.TlsCertFile is { } own
                ? [own]
                : [$"{KubeletPki}/kubelet-server-current.pem", $"{KubeletPki}/kubelet.crt"],
        };

    private static string ToDial(string? bind) =>
        IPAddress.TryParse(bind, out var address) && !IPAddress.Any.Equals(address) && !IPAddress.IPv6Any.Equals(address)
            ? address.ToString()
            : "127.0.0.1";

    private static int Port(string? text, int usual) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : usual;
}
