using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>Findings that need several members. They hold for what is seen from here, like the alert rules for what
/// Prometheus sees.</summary>
internal static class ClusterFindings
{
    private const string BringBack =
        "Bring back the members that are down. Remove none from the member list, and do not force a new cluster.";

    public static IEnumerable<Finding> Of(ClusterState cluster) =>
        OfQuorum(cluster).Concat(OfDifferences(cluster));

    private static IEnumerable<Finding> OfQuorum(ClusterState cluster)
    {
        if (IsDown(cluster))
        {
            yield return new("EtcdDown", Severity.Critical, Names(cluster.Down),
                Summary: cluster.Down.Length > 1
                    ? $"No member answers ({Reasons(cluster)}): etcd is down, and with it the Kubernetes API."
                    : $"The etcd that is known here does not answer ({Reasons(cluster)}): without another member the "
                        + "Kubernetes API is dead.",
                NextStep: "Look at the node (power, network, disk), then at etcd's log. Do not remove members and do "
                    + "not restore a snapshot before you know that the data on all nodes is lost.");
        }
        else if (WhyNoQuorum(cluster) is { } reason)
        {
            yield return new("EtcdNoQuorum", Severity.Critical, Names(cluster.Members),
                Summary: $"etcd has no quorum, nothing can be written: {reason}.", NextStep: BringBack);
        }
        else if (cluster is { Voters: > 1, Quorum: { } quorum, Down.Length: > 0 and var down }
            && cluster.Voters - down == quorum)
        {
            yield return new("EtcdQuorumFragile", Severity.Warning, Names(cluster.Down),
                Summary: $"{down} of {cluster.Voters} voters are down: if one more fails, nothing can be written.",
                NextStep: $"{BringBack} Restart no other member meanwhile.");
        }
    }

    // One of several members that are not polled from here is a member that is unreachable, and no more.
    private static bool IsDown(ClusterState cluster) =>
        cluster is { Up: [], Down: [_, ..], IsBlind: false, NotPolled: null or 0 }
        && !cluster.Members.Any(member => member.IsDefragmenting is true);

    private static string? WhyNoQuorum(ClusterState cluster)
    {
        if (cluster.ReadsConsistently is true || cluster.Up.IsEmpty)
            return null;
        if (cluster is { Quorum: { } quorum, Voters: { } voters } && voters - cluster.Down.Length < quorum)
            return $"{cluster.Down.Length} of {voters} voters are down, and {quorum} are needed";
        if (!cluster.HasLeader)
            return "no member that is seen from here has a leader";
        return cluster.ReadsConsistently is false && cluster.Up.Any(ReadsItsCopy)
            ? "members can read their own copy, but get no response from the quorum"
            : null;
    }

    private static bool ReadsItsCopy(MemberReading member) =>
        member.Probes.GetValueOrDefault(ProbeRecord.SerializableRead)?.Succeeded is true;

    private static IEnumerable<Finding> OfDifferences(ClusterState cluster)
    {
        var quotas = cluster.Up.Select(member => member.Quota?.Bytes).OfType<long>().Distinct().Order().ToArray();
        if (quotas.Length > 1)
        {
            yield return new("EtcdQuotaMismatch", Severity.Info, Names(cluster.Up),
                Summary: $"The members have different quotas, from {ReportCell.Size(quotas[0])} to "
                    + $"{ReportCell.Size(quotas[^1])}: the smallest one stops the whole cluster.",
                NextStep: "Set the same --quota-backend-bytes on all members.");
        }
        var versions = cluster.Up.Select(member => member.Identity?.Version).OfType<string>()
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (versions.Length > 1)
        {
            yield return new("EtcdVersionsDiffer", Severity.Info, Names(cluster.Up),
                Summary: $"The members run different versions: {string.Join(", ", versions)}.",
                NextStep: "Finish the upgrade; a cluster must not stay between two minor versions.");
        }
        else if (cluster is { Down: [], NotPolled: null or 0 }
            && !cluster.Up.Any(member => member.Status?.DowngradesTo is not null)
            && cluster.Up.Where(member => VersionFindings.OldStorageOf(member) is not null).ToArray()
                is [var first, ..] old)
        {
            yield return new("EtcdVersionsDiffer", Severity.Info, Names(old),
                Summary: $"All members run {first.Identity!.Version}, but these store their data as "
                    + $"{first.Identity.StorageVersion} does.",
                NextStep: "Members migrate within seconds after the last one is upgraded. Look for \"storage version\" "
                    + "in etcd's log, and do not begin another upgrade before.");
        }
    }

    private static string Names(IEnumerable<MemberReading> members) => string.Join(", ", members.Select(NameOf));

    private static string Reasons(ClusterState cluster) => string.Join(
        ", ", cluster.Down.Select(member => member.Failure!.Reason).Distinct(StringComparer.Ordinal));

    public static string NameOf(MemberReading member) =>
        member.Identity?.Name is { Length: > 0 } name ? name : member.Endpoint;
}
