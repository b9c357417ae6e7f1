using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Text;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>The cluster, according to one member's copy of the member list.</summary>
/// <param name="Voters">Members that count towards quorum, started or not.</param>
/// <param name="Unstarted">Members that were added but have never joined: they have no name.</param>
/// <param name="NamesById">Names of the first <see cref="AnswerLimits.MaxMembers"/> members.</param>
internal sealed record MemberPeers(
    int Voters, int Learners, int Unstarted, ImmutableSortedDictionary<ulong, string> NamesById)
{
    /// <summary>Client URLs of the members in <see cref="NamesById"/> that advertise any; the first of each that is
    /// valid.</summary>
    public ImmutableSortedDictionary<ulong, EtcdEndpoint> EndpointsById { get; init; } =
        ImmutableSortedDictionary<ulong, EtcdEndpoint>.Empty;

    /// <summary>Members in <see cref="NamesById"/> that do not vote.</summary>
    public ImmutableSortedSet<ulong> LearnerIds { get; init; } = [];

    /// <summary>True if there were more members. The counts include all of them.</summary>
    public bool IsTruncated { get; init; }

    public static MemberPeers From(MemberListResponse answer)
    {
        Member[] members = [.. answer.Members.DistinctBy(m => m.ID)];
        var learners = members.Count(m => m.IsLearner);
        return new(
            Voters: members.Length - learners,
            Learners: learners,
            Unstarted: members.Count(m => m.Name.Length == 0),
            NamesById: members.Take(AnswerLimits.MaxMembers).ToImmutableSortedDictionary(
                m => m.ID, m => DisplayText.Of(m.Name, AnswerLimits.MaxNameLength)))
        {
            IsTruncated = members.Length > AnswerLimits.MaxMembers,
            LearnerIds =
                [.. members.Take(AnswerLimits.MaxMembers).Where(m => m.IsLearner).Select(m => m.ID)],
            EndpointsById = members.Take(AnswerLimits.MaxMembers)
                .Select(m => (m.ID, Endpoint: m.ClientURLs.Select(Endpoint).FirstOrDefault(url => url is not null)))
                .Where(m => m.Endpoint is not null)
                .ToImmutableSortedDictionary(m => m.ID, m => m.Endpoint!),
        };
    }

    /// <returns>The name of the member that advertises this URL; <see langword="null"/> if none does.</returns>
    public string? NameAt(string endpoint) => NamesById.GetValueOrDefault(
        EndpointsById.FirstOrDefault(member => member.Value.Text == endpoint).Key);

    // What a member advertises is any text.
    private static EtcdEndpoint? Endpoint(string url)
    {
        try
        {
            return EtcdEndpoint.Parse(url);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
