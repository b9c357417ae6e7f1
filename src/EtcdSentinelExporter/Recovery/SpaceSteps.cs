using System.Globalization;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Steps that free space: snapshot, compaction, defragmentation of one member after the other, the end of the
/// alarm.</summary>
internal sealed class SpaceSteps(ClusterFacts facts, NodeState state, CommandForms forms)
{
    private readonly PlanMembers _members = new(facts, forms);

    public IEnumerable<RecoveryStep> OfNoSpace(IEnumerable<ulong> members)
    {
        yield return Snapshot();
        yield return Compact();
        foreach (var step in OfFragmentation(members))
            yield return step;
        yield return Disarm();
        if (!forms.IsByProgram)
            yield return Write();
    }

    public IEnumerable<RecoveryStep> OfFragmentation(IEnumerable<ulong> members) =>
        new DefragmentSteps(facts, forms, _members).Of(members);

    private RecoveryStep Snapshot()
    {
        var own = _members.Own.State!;
        var place = forms.PlaceOf(
            (state.Etcd?.DataDir ?? "/var/lib/etcd").TrimEnd('/'),
            SnapshotFile.NeededBytes(own.DbBytes) + Refusals.NeededBytes(own.InUseBytes));
        return new("Save a snapshot")
        {
            Needs = $"about {ReportCell.Size(own.DbBytes)}, better not on the disk of etcd.",
            Before = [.. _members.Checks(_members.AllAnswer), .. Here(place.Room)],
            Commands = forms.Snapshot(Own, place),
            Expect = new("\"Snapshot saved at\".", "[Ss]napshot saved"),
            IfNot = "No room, or the file exists: take the form from outside. The file holds all secrets of the "
                + "cluster: delete it afterwards.",
        };
    }

    private RecoveryStep Compact()
    {
        var revision = facts.Members.Max(member => member.State?.Revision ?? 0).ToString(CultureInfo.InvariantCulture);
        return new($"Drop the history before revision {revision}")
        {
            Before = _members.Checks(_members.AllAnswer, OnlyNoSpace()),
            Commands = forms.Of(
                Own, $"--command-timeout=10m compaction --physical {revision}", "compact"),
            Expect = new(
                "\"compacted revision\"; or \"has been compacted\": somebody else did it.",
                "compacted revision|has been compacted",
                AfterFailure: "has been compacted"),
            Blocks = "Nobody, and no object is lost. Clients whose watch breaks later list all objects again, which is "
                + "load for etcd. This program keeps the newest revisions if that frees enough.",
            IfNot = "No quorum, or the member is too slow: look at etcd's log before you repeat it.",
        };
    }

    private RecoveryStep Disarm() => new("Disarm NOSPACE")
    {
        Before = _members.Checks([.. SmallEnough()]),
        Commands = forms.Disarm(Own),
        After = _members.Checks(
        [
            new("No alarm is listed, a few seconds later either.",
                $"sleep 5; alarms=$({forms.Here(Own, "alarm list")}) && ! echo \"$alarms\" | grep alarm"),
        ]),
        IfNot = "It is back at once: a member is still above its quota. Every --quota-backend-bytes of the cluster "
            + "counts: raise it in the flags of each member, one after the other. 8 GiB is the largest that etcd "
            + "recommends.",
    };

    private RecoveryStep Write() => new("Verify writes")
    {
        Commands = forms.Of(Own, "put etcd-sentinel/written 1", step: null),
        Expect = new("\"OK\".", "OK"),
        After = [new("It can be deleted again.", forms.Here(Own, "del etcd-sentinel/written"), "1")],
        IfNot = "\"database space exceeded\": disarm again, and see which member is above its quota.",
    };

    private MemberAddress Own => PlanMembers.Address(_members.Own);

    // From outside the folders of the node cannot be seen.
    private ImmutableArray<StepCheck> Here(StepCheck check) => forms.HasEtcdctlHere ? [check] : [];

    private IEnumerable<StepCheck> SmallEnough()
    {
        if (QuotaLimits.Smallest(facts) is not { } quota)
            yield break;
        var limit = ((long)(quota * QuotaLimits.MaxInUse)).ToString(CultureInfo.InvariantCulture);
        var count = facts.StartedVoters.Count().ToString(CultureInfo.InvariantCulture);
        yield return new("Every database is at most 80 % of the smallest quota.",
            $"{forms.Here(_members.Voters, "endpoint status -w json")} | grep -o '\"dbSize\":[0-9]*' | "
            + $"awk -F: '{{ print }} $2 > {limit} {{ over = 1 }} END {{ exit over || NR != {count} }}'");
    }

    private StepCheck OnlyNoSpace() => new(
        "No alarm but NOSPACE is listed.",
        $"alarms=$({forms.Here(Own, "alarm list")}) && ! echo \"$alarms\" | grep CORRUPT");
}
