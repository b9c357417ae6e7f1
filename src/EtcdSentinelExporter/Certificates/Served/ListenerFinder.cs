using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Profiles;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Served;

/// <summary>The TLS servers of the control plane on this node, as its own files tell of them.</summary>
internal sealed class ListenerFinder(
    HostFiles files, Profile profile, PodFinder pods, KubeletConfig? kubelet, EtcdListeners etcd)
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

    public ImmutableArray<TlsListener> Find()
    {
        var told = new[]
        {
            Secure(Component.ApiServer, 6443), Secure(Component.ControllerManager, 10257),
            Secure(Component.Scheduler, 10259), Kubelet(),
        }.OfType<TlsListener>();
        return [.. etcd.Find(), .. told.Concat(Usual()).DistinctBy(listener => listener.Name, StringComparer.Ordinal)];
    }

    private IEnumerable<TlsListener> Usual() => profile.Listeners.Where(usual => files.Exists(usual.File))
        .Select(usual => new TlsListener(usual.Component, "127.0.0.1", usual.Port) { FilePaths = [usual.File] });

    /// <summary>A listener that a setting names, with what else is known of it.</summary>
    public TlsListener Given(ConfiguredListener given, ImmutableArray<TlsListener> known)
    {
        var same = known.FirstOrDefault(listener => listener.Name == given.Name)
            ?? etcd.Identified(new(given.Name, given.Host, given.Port));
        return same with
        {
            Host = given.Host,
            Port = given.Port,
            FileNames = [given.Name, .. FileNameOf(given.Name) is { } usual ? [usual] : Array.Empty<string>()],
        };
    }

    private TlsListener? Secure(string component, int usualPort) => pods.Of(component) is not { } pod ? null
        : new(component, ToDial(pod.Flag("bind-address")), Port(pod.Flag("secure-port"), usualPort))
        {
            // Controller manager and scheduler usually make one in memory: then there is no file to compare with.
            FilePaths = pod.HostPath("tls-cert-file") is { } path ? [path] : [],
        };

    private TlsListener? Kubelet() => kubelet is not { } config ? null
        : new(Component.Kubelet, ToDial(config.Address), Port(config.Port, 10250))
        {
            FilePaths = config.TlsCertFile is { } own
                ? [own]
                : [$"{KubeletPki}/kubelet-server-current.pem", $"{KubeletPki}/kubelet.crt"],
        };

    private static string ToDial(string? bind) =>
        IPAddress.TryParse(bind, out var address) && !IPAddress.Any.Equals(address)
            && !IPAddress.IPv6Any.Equals(address)
            ? address.ToString()
            : "127.0.0.1";

    private static int Port(string? text, int usual) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : usual;
}
