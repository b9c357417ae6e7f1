using System.Globalization;
using EtcdSentinelExporter.Etcd.Versions;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>Decides from the facts whether members may be defragmented now.</summary>
/// <param name="purpose">Decides what can be forced.</param>
/// <param name="trustsRoom">True if somebody has checked the room of members on other nodes, whose file system cannot
/// be read from here.</param>
internal sealed class Refusals(RefusalPurpose purpose, bool trustsRoom)
{
    private const long SpareBytes = 512L << 20;
    private const double CopyFactor = 1.2;

    // Minors on which the verbs were tried with a real etcd.
    private static readonly ImmutableArray<string> Tried = ["3.4", "3.5"];

    /// <summary>Room that a defragmentation needs on the file system of the data.</summary>
    public static long NeededBytes(long inUseBytes) => (long)(inUseBytes * CopyFactor) + SpareBytes;

    /// <summary>All refusals: of the cluster first, then of each member in this order.</summary>
    /// <param name="members">IDs of the members that are to be defragmented.</param>
    public ImmutableArray<Refusal> Of(ClusterFacts cluster, IEnumerable<ulong> members) =>
    [
        .. OfCluster(cluster),
        .. members.Select(cluster.Find).OfType<MemberFacts>().SelectMany(member => OfMember(cluster, member)),
    ];

    /// <summary>Removes what the user forces.</summary>
    /// <param name="forced">Codes of <c>--force</c>.</param>
    public static ImmutableArray<Refusal> Without(ImmutableArray<Refusal> refusals, ImmutableArray<string> forced) =>
        [.. refusals.Where(refusal => !refusal.CanBeForced || !forced.Contains(refusal.Code, StringComparer.Ordinal))];

    private IEnumerable<Refusal> OfCluster(ClusterFacts cluster)
    {
        if (!cluster.Members.Any(member => member.HasQuorum))
        {
            yield return new(RefusalCode.QuorumLost, "no member answers a linearizable read, so there is no quorum",
                "Bring a majority of the members back first", CanBeForced: false);
        }
        else if (cluster.Leader is null)
        {
            yield return new(RefusalCode.QuorumLost, "the members name no leader, or several",
                "Repeat it when the election is over", CanBeForced: false);
        }
        foreach (var member in cluster.Members.Where(member => member is { Failure: not null, IsDefragmenting: false }))
        {
            yield return new(RefusalCode.MemberDown, $"{member.Title} does not answer: {member.Failure}",
                "Bring it back, or remove it from the cluster", purpose is RefusalPurpose.RecoverNoSpace);
        }
        foreach (var member in cluster.Members.Where(member => member.IsDefragmenting))
        {
            yield return new(RefusalCode.UnderWay, $"{member.Title} is being defragmented", "Wait until it is done",
                CanBeForced: false);
        }
        if (cluster.HasAlarm("CORRUPT"))
        {
            yield return new(RefusalCode.Corrupt, "the alarm CORRUPT is active",
                "Follow the runbook EtcdCorruptAlarm: replace the member whose data differs", CanBeForced: false);
        }
        foreach (var actor in cluster.OtherActors)
        {
            yield return new(RefusalCode.OtherActor, $"{actor} defragments this cluster", "Leave it to that program",
                CanBeForced: false);
        }
        foreach (var refusal in OfVersions(cluster))
            yield return refusal;
    }

    // A mixed cluster has the faults of all its versions: one member sends the snapshot, another one defragments.
    private static IEnumerable<Refusal> OfVersions(ClusterFacts cluster)
    {
        foreach (var text in cluster.Members.Select(member => member.State?.Version).OfType<string>()
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (EtcdVersion.Parse(text) is not { } version
                || !Tried.Contains(version.MinorText, StringComparer.Ordinal))
            {
                yield return new(RefusalCode.MinorNotTried, $"this release was not tried on etcd {text}",
                    $"Defragment by hand, or use a release that was: tried are {string.Join(" and ", Tried)}",
                    CanBeForced: false);
                continue;
            }
            foreach (var fault in cluster.Advisories.Of(version).Where(one => one.When is Advisory.Defragmentation)
                .OrderByDescending(one => one.Date, StringComparer.Ordinal))
            {
                yield return new(RefusalCode.Version, $"etcd {text} has {fault.Id}: {fault.Why} ({fault.Source})",
                    $"Update etcd to {fault.FixFor(version)} or later", CanBeForced: true);
            }
        }
    }

    private IEnumerable<Refusal> OfMember(ClusterFacts cluster, MemberFacts member)
    {
        if (member.IsLearner)
        {
            yield return new(RefusalCode.Learner, $"{member.Title} is a learner, which refuses to be defragmented",
                "Promote it first", CanBeForced: false);
        }
        if (member.State is not { } state)
            yield break;
        if (RoomOf(member, state) is { } room)
            yield return room;
        if (BlockOf(cluster, member) is { } block)
            yield return block;
    }

    private static Refusal? BlockOf(ClusterFacts cluster, MemberFacts member)
    {
        var block = BlockEstimate.Of(member);
        if (cluster.UnreadProbes is [var file, ..])
        {
            return new(RefusalCode.BlockedTooLong,
                $"{member.Title} would answer nothing for about {Seconds(block)}, and the liveness probes in {file} "
                + "cannot be read",
                "Repeat it as root, or mend that file", CanBeForced: true);
        }
        return cluster.Probes.MinBy(probe => probe.Silence) is { } probe && block > probe.Silence / 2
            ? new(RefusalCode.BlockedTooLong,
                $"{member.Title} would answer nothing for about {Seconds(block)}, and kubelet restarts "
                + $"{probe.Component} after {Seconds(probe.Silence)} of silence",
                $"Raise failureThreshold of the livenessProbe in the manifest of {probe.Component} until it allows "
                + Seconds(block * 2),
                CanBeForced: true)
            : null;
    }

    private Refusal? RoomOf(MemberFacts member, MemberState state)
    {
        var needed = NeededBytes(state.InUseBytes);
        return member.FreeBytes switch
        {
            null when member.IsLocal => new(RefusalCode.Room,
                $"the free space of {member.Title} cannot be read on this node; it needs {Megabytes(needed)}",
                "Set storage.data-dir to etcd's data directory; a disk that hangs must be repaired first",
                CanBeForced: false),
            null when trustsRoom => null,
            null => new(RefusalCode.Room,
                $"the free space of {member.Title} cannot be read from this node; it needs {Megabytes(needed)}",
                "Check it there with df; then repeat with --trust-room", CanBeForced: false),
            { } free when free < needed => new(RefusalCode.Room,
                $"{member.Title} has {Megabytes(free)} free on the disk of its data, and needs {Megabytes(needed)}",
                "Free some space there; never below etcd's data directory", CanBeForced: false),
            _ => null,
        };
    }

    private static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds)} s");

    private static string Megabytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0} MiB");
}
