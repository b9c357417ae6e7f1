using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Tests.Etcd.Maintenance;

/// <summary>Facts of a healthy cluster, for tests that change one of them.</summary>
internal static class SomeCluster
{
    public const long Mebibyte = 1 << 20;

    /// <summary>Members with the IDs 1, 2, 3, …; the first is of this node.</summary>
    /// <param name="leader">ID of the leader.</param>
    /// <param name="reclaimable">Free pages in MiB, one for each member, beside 100 MiB in use.</param>
    public static ClusterFacts Of(ulong leader, params long[] reclaimable) => new()
    {
        ClusterId = 99,
        Members =
        [
            .. reclaimable.Select((free, at) => new MemberFacts
            {
                Id = (ulong)at + 1,
                Name = $"cp-{at + 1}",
                ClientUrls = [$"https://10.0.0.{at + 1}:2379"],
                IsOwn = at == 0,
                HasQuorum = true,
                FreeBytes = 100_000 * Mebibyte,
                State = new()
                {
                    Version = "3.5.30",
                    DbBytes = (100 + free) * Mebibyte,
                    InUseBytes = 100 * Mebibyte,
                    QuotaBytes = 2048 * Mebibyte,
                    Revision = 1000,
                    AppliedIndex = 5000,
                    LeaderId = leader,
                },
            }),
        ],
    };

    public static ClusterFacts With(this ClusterFacts cluster, ulong id, Func<MemberFacts, MemberFacts> change) =>
        cluster with
        {
            Members = [.. cluster.Members.Select(member => member.Id == id ? change(member) : member)],
        };

    public static ClusterFacts WithState(
        this ClusterFacts cluster, ulong id, Func<MemberState, MemberState> change) =>
        cluster.With(id, member => member with { State = change(member.State!) });

    public static ImmutableArray<ulong> All(this ClusterFacts cluster) =>
        [.. cluster.Members.Select(member => member.Id)];
}
