using EtcdSentinelExporter.Etcd.Client;
using Etcdserverpb;
using Google.Protobuf;

namespace EtcdSentinelExporter.Lab;

/// <summary>A keyspace like that of Kubernetes, of any size.</summary>
internal static class KubernetesKeys
{
    private const int InTransaction = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Of ten keys, with what is found in large clusters.
    private static readonly string[] Resources =
    [
        "pods", "events", "pods", "events", "configmaps", "secrets", "replicasets", "services/endpoints", "leases",
        "toys.example.com",
    ];

    /// <summary>Writes the keys that every cluster has, and as many others.</summary>
    /// <param name="count">Number of others.</param>
    /// <param name="valueBytes">Size of each value.</param>
    public static async Task FillAsync(EtcdClient etcd, int count, int valueBytes = 64)
    {
        var value = ByteString.CopyFrom(new byte[valueBytes]);
        foreach (var keys in Usual().Concat(Others(count)).Chunk(InTransaction))
        {
            var writes = keys.Select(key => new RequestOp
            {
                RequestPut = new() { Key = ByteString.CopyFromUtf8(key), Value = value },
            });
            await etcd.CallAsync<TxnResponse>(
                new(Patience, (client, headers, lifetime) => client.TransactionAsync(
                    new TxnRequest { Success = { writes } }, headers, cancellationToken: lifetime)),
                CancellationToken.None);
        }
    }

    private static IEnumerable<string> Usual() =>
    [
        "compact_rev_key",
        .. Enumerable.Range(0, 20).Select(n => $"/registry/namespaces/team-{n}"),
        .. Enumerable.Range(1, 3).Select(n => $"/registry/minions/node-{n}"),
        .. Enumerable.Range(0, 30).Select(
            n => $"/registry/apiextensions.k8s.io/customresourcedefinitions/toys{n}.example.com"),
        "/registry/apiextensions.k8s.io/customresourcedefinitions/toys.example.com",
        "/registry/services/specs/default/kubernetes", "/registry/unknown/default/one",
    ];

    private static IEnumerable<string> Others(int count) => Enumerable.Range(0, count).Select(n =>
    {
        var resource = Resources[n % Resources.Length];
        var path = resource.Split('.', 2) is [var plural, var group] ? $"{group}/{plural}" : resource;
        return $"/registry/{path}/team-{n / Resources.Length % 20}/object-{n:D7}-7c9d8";
    });
}
