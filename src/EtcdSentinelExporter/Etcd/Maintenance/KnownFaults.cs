using EtcdSentinelExporter.Etcd.Versions;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>A fault of etcd that a defragmentation can trigger.</summary>
/// <param name="Id">Number of the change that repaired it, as in <c>etcd#20650</c>.</param>
/// <param name="What">What can happen: a phrase.</param>
/// <param name="FixedIn">The first version of each minor without the fault. Minors that are not named never had
/// it.</param>
internal sealed record KnownFault(string Id, string What, ImmutableArray<EtcdVersion> FixedIn)
{
    /// <summary>The page of the change.</summary>
    public string Source => $"https://github.com/etcd-io/etcd/pull/{Id.Split('#')[1]}";
}

/// <summary>Faults of etcd by version, and the minors that this release was tried on.</summary>
/// <remarks>Sources are the changelogs of etcd 3.4, 3.5 and 3.6, read in November 2026.</remarks>
internal static class KnownFaults
{
    public static ImmutableArray<KnownFault> All { get; } =
    [
        new("etcd#20650", "data may be corrupted if a snapshot of the leader arrives during a defragmentation",
            [new(3, 4, 38), new(3, 5, 23), new(3, 6, 5)]),
        new("etcd#14733", "a member that crashes during a defragmentation may number revisions differently",
            [new(3, 5, 6)]),
        new("etcd#18842", "etcd ends if a defragmentation fails, as on a full disk", [new(3, 5, 17)]),
        new("etcd#18843", "etcd ends if a defragmentation fails, as on a full disk", [new(3, 4, 35)]),
        new("etcd#11613", "a defragmentation may corrupt the database", [new(3, 4, 4)]),
    ];

    /// <summary>Minors on which the verbs were tried with a real etcd.</summary>
    public static ImmutableArray<(int Major, int Minor)> Tried { get; } = [(3, 4), (3, 5)];

    /// <summary>The faults of a version; all are unknown for one that cannot be parsed.</summary>
    public static IEnumerable<KnownFault> Of(EtcdVersion version) =>
        All.Where(fault => fault.FixedIn.Any(first => version.HasSameMinor(first) && version.Patch < first.Patch));

    public static bool IsTried(EtcdVersion version) => Tried.Contains((version.Major, version.Minor));
}
