using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Names of members in lines and in <c>--only=defragment=NAME</c>.</summary>
internal static class MemberNames
{
    /// <summary>The name, or the ID of one that is not a member any more.</summary>
    public static string Of(ClusterFacts facts, ulong id) => facts.Find(id)?.Title ?? MemberFacts.Hex(id);

    /// <summary>The name, or the ID where another member has the same.</summary>
    public static string Unique(ClusterFacts facts, MemberFacts member) =>
        facts.Members.Count(other => other.Title == member.Title) == 1 ? member.Title : MemberFacts.Hex(member.Id);

    /// <summary><see langword="null"/> if no member or several have that name, ID or endpoint.</summary>
    public static MemberFacts? Find(ClusterFacts facts, string name) => facts.Members
        .Where(member => member.Name == name || MemberFacts.Hex(member.Id) == name || member.Endpoint == name)
        .ToArray() is [var only] ? only : null;

    /// <summary>A size of each member that answers, behind its name.</summary>
    public static string Sizes(ClusterFacts facts, Func<MemberState, long> size) => string.Join(", ",
        facts.Members.Where(member => member.State is not null)
            .Select(member => $"{member.Title} {ReportCell.Size(size(member.State!))}"));
}
