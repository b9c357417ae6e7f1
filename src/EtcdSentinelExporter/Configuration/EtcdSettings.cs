using System.Collections.Immutable;

namespace EtcdSentinelExporter.Configuration;

/// <summary>Where etcd is and how it is asked; each is discovered on the node where it is not given.</summary>
internal static class EtcdSettings
{
    public static readonly ListSetting<string> Endpoints = new("etcd.endpoints",
        "Client URLs of etcd, such as `https://127.0.0.1:2379`. Discovered when not set.", "", Read.Text);

    public static readonly Setting<string?> CaFile = new("etcd.ca-file",
        "PEM file with the CA that signed etcd's server certificates. Discovered when not set.", "", Read.Text);

    public static readonly Setting<string?> CertFile = new("etcd.cert-file",
        "PEM file with the client certificate to show to etcd. Discovered when not set.", "", Read.Text);

    public static readonly Setting<string?> KeyFile = new("etcd.key-file",
        "PEM file with the key of `etcd.cert-file`. Discovered when not set.", "", Read.Text);

    public static readonly Setting<string?> MetricsUrl = new("etcd.metrics-url",
        "etcd's own metrics page, such as `http://127.0.0.1:2381/metrics`. Discovered when not set.", "", Read.Text);

    public static readonly Setting<string> Manifest = new("etcd.manifest",
        "Static pod manifest in which the above are looked up.", "/etc/kubernetes/manifests/etcd.yaml", Read.AbsolutePath);

    public static ImmutableArray<Setting> All { get; } = [Endpoints, CaFile, CertFile, KeyFile, MetricsUrl, Manifest];
}
