using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Support;

/// <summary>
/// Three healthy members for all tests that only read: <c>[Collection(SharedCluster.Name)]</c>. A test that stops a
/// member or fills the database starts a cluster of its own.
/// </summary>
public sealed class SharedCluster : IAsyncLifetime
{
    public const string Name = "shared cluster";

    private EtcdCluster? _cluster;

    internal EtcdCluster Cluster => _cluster ?? throw new InvalidOperationException("the cluster is not started yet");

    public async ValueTask InitializeAsync() => _cluster = await EtcdCluster.StartAsync();

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();
}

[CollectionDefinition(SharedCluster.Name)]
public sealed class SharedClusterGroup : ICollectionFixture<SharedCluster>;
