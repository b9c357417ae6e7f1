using System.Globalization;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using Etcdserverpb;
using Google.Protobuf;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Decides up to which revisions the history is dropped.</summary>
/// <remarks>A client whose last event is older than that must list all objects again. So the newest revision comes
/// last, and only if the others do not free enough.</remarks>
internal static class CompactionTargets
{
    /// <summary>Revisions that are kept at first.</summary>
    public const long Kept = 10_000;

    // kube-apiserver writes there to which revision it compacted.
    private static readonly ByteString ApiServerKey = ByteString.CopyFromUtf8("compact_rev_key");

    /// <summary>The revisions in the order of their use; the last one is the newest that every voter has.</summary>
    /// <param name="ofApiServer">As <see cref="OfApiServerAsync"/> returned it.</param>
    public static ImmutableArray<long> Of(ClusterFacts facts, long? ofApiServer)
    {
        var newest = facts.StartedVoters.Select(member => member.State?.Revision).OfType<long>()
            .DefaultIfEmpty().Min();
        return [.. new[] { ofApiServer ?? 0, newest - Kept, newest }.Where(one => one > 0 && one <= newest)
            .Distinct().Order()];
    }

    /// <summary>The two members that applied the same entries and have different revisions; <see langword="null"/>
    /// without such. While clients write it can be a coincidence.</summary>
    public static (MemberFacts One, MemberFacts Other)? Differing(ClusterFacts facts) => (
        from one in facts.Members
        from other in facts.Members
        where one.Id < other.Id && one.State is { } a && other.State is { } b
            && a.AppliedIndex == b.AppliedIndex && a.Revision != b.Revision
        select ((MemberFacts, MemberFacts)?)(one, other)).FirstOrDefault();

    /// <summary>The revision to which kube-apiserver compacted last.</summary>
    /// <returns><see langword="null"/> if it is unknown.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<long?> OfApiServerAsync(
        MaintenanceCluster cluster, TimeSpan deadline, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await cluster.Own.Etcd.RangeAsync(
                new() { Key = ApiServerKey, Limit = 1, Serializable = true }, requireLeader: false, deadline,
                cancellationToken);
            return Parse(answer);
        }
        catch (EtcdException)
        {
            return null;
        }
    }

    private static long? Parse(RangeResponse answer) => answer.Kvs is [{ Value: { Length: < 32 } value }, ..]
        && long.TryParse(value.ToStringUtf8(), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : null;
}
