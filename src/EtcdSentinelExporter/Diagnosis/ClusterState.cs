using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>The cluster as its polled members show it.</summary>
/// <param name="Members">The polled members of the cluster, each once.</param>
internal sealed record ClusterState(ImmutableArray<MemberReading> Members)
{
    /// <summary>Number of voters; <see langword="null"/> if no member ever told. The least of what they tell, as in the
    /// alert rules.</summary>
    public int? Voters { get; } = Members.Select(member => member.Peers?.Voters).Where(voters => voters > 0).Min();

    public int? Quorum => Voters / 2 + 1;

    /// <summary>Voters that answer and do not defragment.</summary>
    public ImmutableArray<MemberReading> Up { get; } =
        [.. Members.Where(member => member is { Status.IsLearner: false } and not { IsDefragmenting: true })];

    /// <summary>Voters that are down. One that cannot be polled for another reason may be up.</summary>
    public ImmutableArray<MemberReading> Down { get; } =
        [.. Members.Where(member => IsDown(member) && !IsLearner(member, Members))];

    /// <summary>True if a member told its cluster.</summary>
    public bool IsKnown => Members.Any(member => member.Identity is not null);

    /// <summary>True if a member refuses to be polled: it may be up.</summary>
    public bool IsBlind => Members.Any(member => !member.IsUp && !IsDown(member));

    /// <summary>Voters that were neither polled nor are known to be down.</summary>
    public int? NotPolled => Voters is { } voters
        ? Math.Max(0, voters - Members.Count(member => !IsLearner(member, Members)))
        : null;

    public bool HasLeader => Up.Any(member => member.Status!.HasLeader);

    public MemberReading? Leader => Up.FirstOrDefault(member => member.Status!.IsLeader);

    /// <summary>True if a consistent read succeeded, false if all that were sent failed; <see langword="null"/> if none
    /// was sent.</summary>
    public bool? ReadsConsistently { get; } = Any(Members
        .Where(member => member.Status is not null)
        .Select(member => member.Probes.GetValueOrDefault(ProbeRecord.LinearizableRead)?.Succeeded));

    /// <summary>Groups members by cluster. Members whose cluster is unknown belong to the only cluster, if there is
    /// one.</summary>
    public static ImmutableArray<ClusterState> Of(IEnumerable<MemberReading> members)
    {
        var all = members.ToArray();
        var ids = all.Select(member => member.Identity?.ClusterId ?? 0).Where(id => id != 0).Distinct().ToArray();
        return
        [
            .. all.GroupBy(member => ids is [var only] ? only : member.Identity?.ClusterId ?? 0)
                .Select(group => new ClusterState(
                    [.. group.DistinctBy(member => (member.Identity?.MemberId, EndpointIfUnknown(member)))])),
        ];
    }

    private static string EndpointIfUnknown(MemberReading member) => member.Identity is null ? member.Endpoint : "";

    // One that is down does not tell; the others list it.
    private static bool IsLearner(MemberReading member, ImmutableArray<MemberReading> all) =>
        member.Status?.IsLearner ?? (member.Identity is { MemberId: var id }
            && all.Any(other => other.Peers?.LearnerIds.Contains(id) is true));

    private static bool IsDown(MemberReading member) =>
        !member.IsUp && !EtcdReason.Blind.Contains(member.Failure!.Reason, StringComparer.Ordinal);

    private static bool? Any(IEnumerable<bool?> outcomes) =>
        outcomes.Where(outcome => outcome is not null).ToArray() is { Length: > 0 } known ? known.Contains(true) : null;
}
