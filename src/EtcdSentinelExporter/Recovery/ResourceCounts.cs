using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Counts the keys of some resources of Kubernetes. etcd counts in its index and reads no value; each key is
/// visited once.</summary>
internal static class ResourceCounts
{
    /// <returns>The most first, none without keys; empty if the member does not answer.</returns>
    public static async Task<ImmutableArray<(string Resource, long Keys)>> ReadAsync(
        MaintenanceCluster cluster, CancellationToken cancellationToken)
    {
        var counts = new List<(string Resource, long Keys)>();
        try
        {
            foreach (var resource in KubernetesResources.All)
            {
                var keys = await cluster.Own.Client.CountAsync($"/registry/{resource.Path}/", cancellationToken);
                counts.Add((resource.Name, keys));
            }
        }
        catch (EtcdException)
        {
            // A member that is slow is not asked further.
        }
        return [.. counts.Where(one => one.Keys > 0).OrderByDescending(one => one.Keys)];
    }
}
