using System.Globalization;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Recovery;

/// <summary>What filled the databases: quota, live data, free pages, compaction, and the resources with the most
/// keys.</summary>
internal sealed class SpaceCauses(
    ClusterFacts facts, NodeState state, ImmutableArray<(string Resource, long Keys)> counts)
{
    private const int MaxResources = 5;

    public IEnumerable<string> All() => facts.Members.Select(OfMember).Concat([Verdict()]).Concat(OfCompaction())
        .Concat(OfResources());

    private static string OfMember(MemberFacts member)
    {
        if (member.State is not { } state)
            return $"{member.Title}: not known: {member.Failure}.";
        var quota = state.QuotaBytes is { } bytes
            ? Text($" of a quota of {ReportCell.Size(bytes)} ({Percent(state.DbBytes, bytes)})")
            : ", quota not known or off";
        var role = member.IsLearner ? ", learner" : member.IsLeader ? ", leader" : "";
        var free = $"{ReportCell.Size(state.ReclaimableBytes)} free pages";
        return $"{member.Title}{role}: {ReportCell.Size(state.DbBytes)}{quota}: {ReportCell.Size(state.InUseBytes)} in "
            + $"use, {free} ({Percent(state.ReclaimableBytes, state.DbBytes)}).";
    }

    private string Verdict()
    {
        var states = facts.Members.Select(member => member.State).OfType<MemberState>().ToArray();
        if (states.Any(one => one.InUseBytes > QuotaLimits.MaxInUse * one.QuotaBytes))
        {
            return "Data in use fill more than 80 % of a quota. If most of it is history, the compaction helps; if it "
                + "is live, raise the quota or delete objects.";
        }
        return states.Any(one => one.Fragmentation >= MembersFindings.FragmentationWarning)
            ? "Free pages fill most of the file: it was compacted, and never defragmented."
            : "Neither free pages nor data in use explain the size alone; history is part of the data in use.";
    }

    private IEnumerable<string> OfCompaction()
    {
        var member = state.Members?.Members.FirstOrDefault(one => one.Status is not null);
        long?[] known = [member?.CompactRevision, member?.CompactorRevision];
        if (known.Max() is { } compacted && member!.Status!.Revision is { } revision)
        {
            yield return Text(
                $"Compaction: {revision - compacted:#,0} revisions are not compacted (up to {compacted} they are).");
        }
        if (facts.HasAlarm(MaintenanceClient.NoSpace))
        {
            yield return "While NOSPACE is active kube-apiserver cannot compact: its compactor writes a key first.";
        }
        if (state.Etcd?.CompactionRetention is { Ticks: > 0 } retention)
            yield return $"etcd compacts by itself, with a retention of {ReportCell.Duration(retention)}.";
    }

    private IEnumerable<string> OfResources()
    {
        if (counts is [_, ..])
        {
            yield return "Most keys: " + string.Join(", ", counts.Take(MaxResources).Select(
                one => Text($"{one.Resource} {one.Keys:#,0}"))) + ". Counts only; sizes are not read.";
        }
    }

    private static string Percent(long part, long of) =>
        of > 0 ? Text($"{100.0 * part / of:0} %") : "0 %";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
