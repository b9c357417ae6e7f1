using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

/// <summary>What is found on a node on which no process runs.</summary>
internal static class Discovering
{
    public static Task<EtcdDiscovered> DiscoverAsync(
        this TempNode node, string manifest = EtcdDiscovery.DefaultManifest) => DiscoverAsync(node.Files, manifest);

    public static Task<EtcdDiscovered> FixtureAsync(string name, string manifest = EtcdDiscovery.DefaultManifest) =>
        DiscoverAsync(new HostFiles(TempNode.Fixture(name), TimeProvider.System), manifest);

    private static Task<EtcdDiscovered> DiscoverAsync(HostFiles files, string manifest) =>
        new EtcdDiscovery(files, processes: null, manifest, TimeProvider.System).ReadAsync(CancellationToken.None);
}
