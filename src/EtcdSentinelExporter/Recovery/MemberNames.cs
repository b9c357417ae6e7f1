using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Names of members in <c>--only=defragment=NAME</c>.</summary>
internal static class MemberNames
{
    /// <summary>The name, or the ID where another member has the same.</summary>
    public static string Unique(ClusterFacts facts, MemberFacts member) =>
        facts.Members.Count(other => other.Title == member.Title) == 1 ? member.Title : MemberFacts.Hex(member.Id);

    /// <summary><see langword="null"/> if no member or several have that name, ID or endpoint.</summary>
    public static MemberFacts? Find(ClusterFacts facts, string name) => facts.Members
        .Where(member => member.Name == name || MemberFacts.Hex(member.Id) == name || member.Endpoint == name)
        .ToArray() is [var only] ? only : null;
}
