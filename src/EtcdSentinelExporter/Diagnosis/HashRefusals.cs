using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>Why the data of members cannot be compared now: a hash blocks a member for seconds.</summary>
internal static class HashRefusals
{
    /// <summary>99th percentile of fsyncs above which a member counts as busy; etcd calls 10 ms healthy.</summary>
    public const double MaxFsyncSeconds = 0.025;

    /// <param name="maxBytes">Maximum size of a database.</param>
    /// <returns>One sentence each; empty if they can be compared.</returns>
    public static IEnumerable<string> Of(ClusterState cluster, double maxBytes)
    {
        if (cluster.Members.Length < 2)
            yield return "There is only one member: nothing to compare.";
        if (cluster.NotPolled > 0)
            yield return $"{cluster.NotPolled} of {cluster.Voters} members are not known here.";
        foreach (var member in cluster.Members)
        {
            if (OfMember(member, maxBytes) is { } reason)
                yield return $"{ClusterFindings.NameOf(member)} {reason}.";
        }
        if (cluster.Members.Select(member => member.Identity?.Version).Distinct(StringComparer.Ordinal).Count() > 1)
            yield return "The members run different versions, which may hash other things.";
    }

    private static string? OfMember(MemberReading member, double maxBytes) => member switch
    {
        { Status: null } => "does not answer",
        { IsDefragmenting: true } => "defragments",
        { Status.HasLeader: false } => "has no leader",
        { Identity.Access: MemberIdentity.ByMetrics } => "lets in only who has a client certificate",
        { Status.DbBytes: var bytes } when bytes > maxBytes =>
            $"has a database of {ReportCell.Size(bytes)}, more than --max-db={ReportCell.Size(maxBytes)}",
        { Activity.Fsync: { Seconds: > MaxFsyncSeconds } fsync } =>
            $"is busy: an fsync takes {LatencyFindings.Between(fsync)}",
        _ => null,
    };
}
