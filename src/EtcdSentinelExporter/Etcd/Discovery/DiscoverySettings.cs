using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Where discovery looks for etcd.</summary>
internal static class DiscoverySettings
{
    public static readonly Setting<string> Manifest = new("etcd.manifest",
        "Static pod manifest of etcd, from which unset `etcd.*` settings are discovered.",
        "/etc/kubernetes/manifests/etcd.yaml", SettingParsers.AbsolutePath);

    public static ImmutableArray<Setting> All { get; } = [Manifest];
}
