using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Protocol;

namespace EtcdSentinelExporter.Collectors.Members;

/// <summary>The cluster as one member's copy of the member list has it.</summary>
/// <param name="Voters">Members that count towards quorum, started or not.</param>
/// <param name="Unstarted">Of all members those that were added and have never joined: they have no name.</param>
internal sealed record MemberPeers(
    int Voters, int Learners, int Unstarted, ImmutableSortedDictionary<ulong, string> NamesById)
{
    public static MemberPeers From(MemberListResponse answer)
    {
        var learners = answer.Members.Count(m => m.IsLearner);
        return new(
            Voters: answer.Members.Count - learners,
            Learners: learners,
            Unstarted: answer.Members.Count(m => m.Name.Length == 0),
            NamesById: answer.Members.DistinctBy(m => m.Id).ToImmutableSortedDictionary(m => m.Id, m => m.Name));
    }
}
