using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Where discovery looks for etcd.</summary>
internal static class DiscoverySettings
{
    public static readonly Setting<string> Manifest = new("etcd.manifest",
        "Static pod manifest of etcd, from which unset `etcd.*` settings are discovered.",
        "/etc/kubernetes/manifests/etcd.yaml", SettingParsers.AbsolutePath);

    public static readonly Setting<bool> Processes = new("etcd.processes",
        "Looks for etcd among the node's processes, too. Set it to `false` if an etcd runs here that is not the node's "
        + "own, as in a test.", "true", SettingParsers.Flag);

    public static ImmutableArray<Setting> All { get; } = [Manifest, Processes];
}
