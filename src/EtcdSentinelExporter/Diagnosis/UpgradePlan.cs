using System.Globalization;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Etcd.Versions;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>What is in the way of an upgrade, and its order.</summary>
/// <param name="Target">Minor version to go to; the patch is 0.</param>
/// <param name="Blockers">What must be repaired first, one sentence each; empty if nothing is known.</param>
/// <param name="Checks">What is not known here and must be checked, one sentence each.</param>
/// <param name="Steps">The upgrade in order.</param>
internal sealed record UpgradePlan(
    EtcdVersion Target, ImmutableArray<string> Blockers, ImmutableArray<string> Checks, ImmutableArray<string> Steps)
{
    public static UpgradePlan Of(NodeState state, EtcdVersion target)
    {
        var table = state.Members?.Advisories ?? AdvisoryTable.Shipped;
        ImmutableArray<MemberReading> members = [.. ClusterState.Of(state.Members?.Members ?? [])
            .SelectMany(cluster => cluster.Members)];
        ImmutableArray<EtcdVersion> versions =
            [.. members.Select(VersionFindings.VersionOf).OfType<EtcdVersion>().Distinct()
                .OrderBy(version => (version.Major, version.Minor, version.Patch))];
        return new(
            target,
            [
                .. OfVersions(versions, target), .. OfMembers(members, target),
                .. OfTable(table, versions, target, state.Etcd),
            ],
            [.. Unknown(table, versions, target, state)],
            [.. Order(table, members, target)]);
    }

    private static IEnumerable<string> OfVersions(ImmutableArray<EtcdVersion> versions, EtcdVersion target)
    {
        if (versions.IsEmpty)
            yield return "No member tells its version.";
        foreach (var minor in versions.Select(version => (version.Major, version.Minor)).Distinct())
        {
            var (major, from) = minor;
            if (major != target.Major || from > target.Minor)
            {
                yield return $"A member runs {major}.{from}, which is newer than {target.MinorText}.";
            }
            else if (from < target.Minor - 1)
            {
                yield return $"A member runs {major}.{from}: go to {major}.{from + 1} first, one minor version at a "
                    + "time.";
            }
        }
    }

    private static IEnumerable<string> OfMembers(ImmutableArray<MemberReading> members, EtcdVersion target)
    {
        foreach (var member in members)
        {
            var name = ClusterFindings.NameOf(member);
            if (!member.IsUp)
                yield return $"{name} does not answer: all members must be healthy.";
            if (member.Status is { IsLearner: true })
                yield return $"{name} is a learner: promote or remove it first.";
            if (member.Status?.DowngradesTo is { } version)
            {
                yield return $"{name} says that a downgrade to {version} is under way: finish or cancel it.";
            }
            // In the middle of the upgrade it waits for the last member.
            else if (VersionFindings.OldStorageOf(member) is { } storage
                && VersionFindings.VersionOf(member)?.HasSameMinor(target) is false)
            {
                yield return $"{name} still stores its data as {storage.MinorText} does: wait until it has migrated.";
            }
        }
        if (members.Any(member => member.Alarms.Any(alarm => alarm.IsActive)))
            yield return "An alarm is active: clear it first.";
    }

    private static IEnumerable<string> OfTable(
        AdvisoryTable table, ImmutableArray<EtcdVersion> versions, EtcdVersion target, EtcdInstallation? etcd) =>
        from advisory in table.Advisories
        where advisory.Level is Advisory.Upgrade && advisory.To == target.MinorText
            && versions.Any(version => version.Minor < target.Minor)
        let old = versions.Where(version => advisory.IsIn(version)).Cast<EtcdVersion?>().FirstOrDefault()
        where advisory.Fixed.IsEmpty
            ? Holds(advisory, etcd) is true
            : old is not null && Holds(advisory, etcd) is not false
        select $"{advisory.Why} ({advisory.Id})"
            + (old is { } version ? $": upgrade {version} to {table.NewestOf(version)} first" : "")
            + $". {advisory.Source}";

    /// <returns><see langword="null"/> if it is not known here.</returns>
    private static bool? Holds(Advisory advisory, EtcdInstallation? etcd) => advisory.If switch
    {
        null => true,
        Advisory.IfExperimentalFlags => etcd?.ExperimentalOptions.Any(),
        Advisory.IfEnableV2 => etcd?.EnableV2,
        _ => null,
    };

    private static IEnumerable<string> Unknown(
        AdvisoryTable table, ImmutableArray<EtcdVersion> versions, EtcdVersion target, NodeState state)
    {
        foreach (var version in versions.Where(table.IsUnknown))
            yield return $"{version} is newer than the table of {table.Date}: what is known of it is unknown here.";
        if (table.NewestOf(target) is null)
            yield return $"The table of {table.Date} has nothing about {target.MinorText}.";
        foreach (var advisory in table.Advisories.Where(one => one.Level is Advisory.Upgrade
            && one.To == target.MinorText && one.Fixed.IsEmpty && Holds(one, state.Etcd) is null))
        {
            yield return $"{advisory.If}: {advisory.Why} ({advisory.Id}). {advisory.Source}";
        }
        if (state.Etcd is { ExperimentalOptions: [_, ..] options })
            yield return $"Flags of this node that 3.7 does not have: {string.Join(", ", options)}.";
        foreach (var cluster in ClusterState.Of(state.Members?.Members ?? []).Where(cluster => cluster.NotPolled > 0))
            yield return $"{cluster.NotPolled} of {cluster.Voters} members were not polled from here.";
        yield return "Flags were read on this node only: run it on each.";
    }

    private static IEnumerable<string> Order(
        AdvisoryTable table, ImmutableArray<MemberReading> members, EtcdVersion target)
    {
        yield return "Save a snapshot, to a disk that does not carry etcd, and verify it: check --backup=FILE.";
        var version = table.NewestOf(target)?.ToString() ?? string.Create(
            CultureInfo.InvariantCulture, $"the newest {target.MinorText}");
        var left = members.Where(member => VersionFindings.VersionOf(member)?.HasSameMinor(target) is not true)
            .OrderBy(member => member.Status is { IsLeader: true })
            .ThenBy(ClusterFindings.NameOf, StringComparer.Ordinal);
        foreach (var member in left)
        {
            var name = ClusterFindings.NameOf(member);
            if (member.Status is { IsLeader: true } && members.Length > 1)
                yield return $"Move leadership away from {name}, to a member that is upgraded.";
            yield return $"Upgrade {name} to {version}. Wait until check says that all members answer and have a "
                + "quorum.";
        }
        yield return $"When all run {target.MinorText}, the cluster version follows within seconds. Before that, each "
            + "member may still go back.";
    }
}
