using System.Globalization;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Steps that free space: snapshot, compaction, defragmentation of one member after the other, the end of the
/// alarm.</summary>
internal sealed class SpaceSteps(ClusterFacts facts, NodeState state, CommandForms forms)
{
    private const string Read = "--command-timeout=30s get etcd-sentinel/none";
    private const string Status = "--command-timeout=15s endpoint status -w table";

    private readonly MemberFacts _own =
        facts.Members.FirstOrDefault(member => member is { IsOwn: true, State: not null })
        ?? facts.Members.First(member => member.State is not null);

    public IEnumerable<RecoveryStep> OfNoSpace(IEnumerable<ulong> members)
    {
        yield return Snapshot();
        yield return Compact();
        foreach (var step in Defragment(members))
            yield return step;
        yield return Disarm();
        if (!forms.IsByProgram)
            yield return Write();
    }

    public IEnumerable<RecoveryStep> OfFragmentation(IEnumerable<ulong> members) => Defragment(members);

    private RecoveryStep Snapshot() => new("Save a snapshot")
    {
        Needs = $"about {ReportCell.Size(_own.State!.DbBytes)}, better not on the disk of etcd.",
        Commands = forms.Snapshot(
            Address(_own), (state.Etcd?.DataDir ?? "/var/lib/etcd").TrimEnd('/'),
            SnapshotFile.NeededBytes(_own.State.DbBytes), Refusals.NeededBytes(_own.State.InUseBytes)),
        Expect = new("\"Snapshot saved at\".", "[Ss]napshot saved"),
        IfNot = "No room, or the file exists: take the form from outside. The file holds all secrets of the cluster: "
            + "delete it afterwards.",
    };

    private RecoveryStep Compact()
    {
        var revision = facts.Members.Max(member => member.State?.Revision ?? 0).ToString(CultureInfo.InvariantCulture);
        return new($"Drop the history before revision {revision}")
        {
            Before = Checks(AllAnswer(), OnlyNoSpace()),
            Commands = forms.Of(
                Address(_own), $"--command-timeout=10m compaction --physical {revision}", "compact"),
            Expect = new(
                "\"compacted revision\"; or \"has been compacted\": somebody else did it.",
                "compacted revision|has been compacted",
                AfterFailure: "has been compacted"),
            Blocks = "Nobody, and no object is lost. Clients whose watch breaks later list all objects again, which is "
                + "load for etcd. This program keeps the newest revisions if that frees enough.",
            IfNot = "No quorum, or the member is too slow: look at etcd's log before you repeat it.",
        };
    }

    private IEnumerable<RecoveryStep> Defragment(IEnumerable<ulong> members)
    {
        foreach (var step in DefragmentOrder.Of(facts, members))
        {
            var member = facts.Find(step.MemberId)!;
            if (step.Kind is DefragmentStepKind.Defragment)
                yield return Defragment(member);
            else if (!forms.IsByProgram)
                yield return MoveLeader(member);
        }
    }

    private RecoveryStep Defragment(MemberFacts member) => new($"Defragment {member.Title}")
    {
        Needs = Room(member),
        Blocks = Blocked(member),
        Before = Checks(
            AllAnswer(), new($"{member.Title} reads through the quorum.", forms.Here(Address(member), Read))),
        Commands = forms.Of(
            Address(member), "--command-timeout=15m defrag", $"defragment={MemberNames.Unique(facts, member)}"),
        Expect = new("\"Finished defragmenting etcd member\".", "Finished defragmenting"),
        After = Checks(
            new($"{member.Title} answers, and so does the quorum, for half a minute.",
                $"{forms.Here(Address(member), Read)} && sleep 30 && {forms.Here(Address(member), Read)}"),
            new("Its DB SIZE is about what was in use.", forms.Here(Address(member), Status))),
        IfNot = "A timeout does not stop etcd: wait until the member answers, and do not start another one before. "
            + "A member that does not come back: look at its log, and go no further.",
    };

    private RecoveryStep MoveLeader(MemberFacts target)
    {
        var leader = facts.Leader ?? _own;
        return new($"Move the leadership from {leader.Title} to {target.Title}, which is done")
        {
            Before = [AllAnswer()],
            Commands = forms.Of(Address(leader), $"move-leader {MemberFacts.Hex(target.Id)}", step: null),
            Expect = new("\"Leadership transferred\".", "Leadership transferred"),
            Blocks = "Writes wait for less than a second. By this program it is part of the next step.",
            IfNot = $"{leader.Title} is not the leader any more: ask the one that is (IS LEADER in the status).",
        };
    }

    private RecoveryStep Disarm() => new("Disarm NOSPACE")
    {
        Before = Checks([.. SmallEnough()]),
        Commands = forms.Disarm(Address(_own)),
        After = Checks(
        [
            new("No alarm is listed, a few seconds later either.",
                $"sleep 5; alarms=$({forms.Here(Address(_own), "alarm list")}) && ! echo \"$alarms\" | grep alarm"),
        ]),
        IfNot = "It is back at once: a member is still above its quota. Every --quota-backend-bytes of the cluster "
            + "counts: raise it in the flags of each member, one after the other. 8 GiB is the largest that etcd "
            + "recommends.",
    };

    private RecoveryStep Write() => new("Verify writes")
    {
        Commands = forms.Of(Address(_own), "put etcd-sentinel/written 1", step: null),
        Expect = new("\"OK\".", "OK"),
        After = [new("It can be deleted again.", forms.Here(Address(_own), "del etcd-sentinel/written"), "1")],
        IfNot = "\"database space exceeded\": disarm again, and see which member is above its quota.",
    };

    private IEnumerable<StepCheck> SmallEnough()
    {
        if (QuotaLimits.Smallest(facts) is not { } quota)
            yield break;
        var limit = ((long)(quota * QuotaLimits.MaxInUse)).ToString(CultureInfo.InvariantCulture);
        var count = facts.StartedVoters.Count().ToString(CultureInfo.InvariantCulture);
        yield return new("Every database is at most 80 % of the smallest quota.",
            $"{forms.Here(Voters, "endpoint status -w json")} | grep -o '\"dbSize\":[0-9]*' | "
            + $"awk -F: '{{ print }} $2 > {limit} {{ over = 1 }} END {{ exit over || NR != {count} }}'");
    }

    // This program checks before and after each of its steps.
    private ImmutableArray<StepCheck> Checks(params ImmutableArray<StepCheck> checks) =>
        forms.IsByProgram ? [] : checks;

    private StepCheck AllAnswer() => new("Every member answers.", forms.Here(Voters, Status));

    private StepCheck OnlyNoSpace() => new(
        "No alarm but NOSPACE is listed.",
        $"alarms=$({forms.Here(Address(_own), "alarm list")}) && ! echo \"$alarms\" | grep CORRUPT");

    private MemberAddress Voters => MemberAddress.All(facts.StartedVoters.Select(Address));

    private static string Room(MemberFacts member)
    {
        var needed = ReportCell.Size(Refusals.NeededBytes(member.State?.InUseBytes ?? 0));
        return member.FreeBytes is { } free
            ? $"{needed} on the disk of its data; {ReportCell.Size(free)} are free."
            : $"{needed} on the disk of its data: look there with df.";
    }

    private static string Blocked(MemberFacts member)
    {
        var seconds = Math.Ceiling(BlockEstimate.Of(member).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return $"all clients of {member.Title}, for about {seconds} s. A stacked kube-apiserver talks only to the "
            + $"member of its own node: that of {member.Title} answers nothing meanwhile.";
    }

    private static MemberAddress Address(MemberFacts member) => new(
        member.Endpoint ?? member.ClientUrls.FirstOrDefault() ?? "",
        member.ClientUrls.FirstOrDefault(
            url => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && !parsed.IsLoopback)
            ?? member.ClientUrls.FirstOrDefault() ?? member.Endpoint ?? "");
}
