using System.Globalization;
using System.Net;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Served;

/// <summary>Finds the TLS servers of the control plane on this node in its manifests and configuration
/// files.</summary>
internal sealed class ListenerFinder(
    HostFiles files, Profile profile, PodFinder pods, KubeletConfig? kubelet, EtcdListeners etcd)
{
    private const string KubeletPki = "/var/lib/kubelet/pki";

    /// <summary>Name of the file that a listener serves by default; <see langword="null"/> if unknown.</summary>
    public static string? FileNameOf(string listener) => listener switch
    {
        "etcd-client" => "etcd-server",
        Component.ApiServer => "apiserver",
        Component.Kubelet => "kubelet-server",
        _ => null,
    };

    public ImmutableArray<TlsListener> Find()
    {
        var configured = new[]
        {
            Secure(Component.ApiServer, 6443), Secure(Component.ControllerManager, 10257),
            Secure(Component.Scheduler, 10259), Kubelet(),
        }.OfType<TlsListener>();
        return
        [
            .. etcd.Find(),
            .. configured.Concat(OfProfile()).DistinctBy(listener => listener.Name, StringComparer.Ordinal),
        ];
    }

    private IEnumerable<TlsListener> OfProfile() => profile.Listeners.Where(row => files.Exists(row.File))
        .Select(row => new TlsListener(row.Component, "127.0.0.1", row.Port) { FilePaths = [row.File] });

    /// <summary>Returns the listener of a setting, completed by what is known about a found listener of that
    /// name.</summary>
    public TlsListener Configured(ConfiguredListener configured, ImmutableArray<TlsListener> found)
    {
        var same = found.FirstOrDefault(listener => listener.Name == configured.Name)
            ?? etcd.WithIdentity(new(configured.Name, configured.Host, configured.Port));
        return same with
        {
            Host = configured.Host,
            Port = configured.Port,
            FileNames =
                [configured.Name, .. FileNameOf(configured.Name) is { } file ? [file] : Array.Empty<string>()],
        };
    }

    private TlsListener? Secure(string component, int defaultPort) => pods.Of(component) is not { } pod ? null
        : new(component, DialAddress(pod.Flag("bind-address")), Port(pod.Flag("secure-port"), defaultPort))
        {
            // By default, controller manager and scheduler create one in memory: there is no file to compare with.
            FilePaths = pod.HostPath("tls-cert-file") is { } path ? [path] : [],
        };

    private TlsListener? Kubelet() => kubelet is not { } config ? null
        : new(Component.Kubelet, DialAddress(config.Address), Port(config.Port, 10250))
        {
            FilePaths = config.TlsCertFile is { } own
                ? [own]
                : [$"{KubeletPki}/kubelet-server-current.pem", $"{KubeletPki}/kubelet.crt"],
        };

    private static string DialAddress(string? bind) =>
        IPAddress.TryParse(bind, out var address) && !IPAddress.Any.Equals(address)
            && !IPAddress.IPv6Any.Equals(address)
            ? address.ToString()
            : "127.0.0.1";

    private static int Port(string? text, int defaultPort) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? port
            : defaultPort;
}
