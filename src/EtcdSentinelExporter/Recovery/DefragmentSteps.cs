using System.Globalization;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Steps that defragment one member after the other, with the leadership moved away before the leader's
/// turn.</summary>
internal sealed class DefragmentSteps(ClusterFacts facts, CommandForms forms, PlanMembers members)
{
    private const string Read = "--command-timeout=30s get etcd-sentinel/none";

    // One line: endpoint, ID, version, size, IS LEADER, IS LEARNER, and more.
    private const string Leads = "--command-timeout=15s endpoint status -w simple";

    /// <param name="ids">Members to defragment.</param>
    public IEnumerable<RecoveryStep> Of(IEnumerable<ulong> ids)
    {
        foreach (var step in DefragmentOrder.Of(facts, ids))
        {
            var member = facts.Find(step.MemberId)!;
            if (step.Kind is DefragmentStepKind.Defragment)
                yield return Defragment(member);
            else if (!forms.IsByProgram)
                yield return MoveLeader(member);
        }
    }

    private RecoveryStep Defragment(MemberFacts member)
    {
        var address = PlanMembers.Address(member);
        var read = forms.Here(address, Read);
        return new($"Defragment {member.Title}")
        {
            Needs = Room(member),
            Blocks = Blocked(member),
            Before = members.Checks(
                members.AllAnswer, new($"{member.Title} reads through the quorum.", read)),
            Commands = forms.Of(
                address, "--command-timeout=15m defrag", $"defragment={MemberNames.Unique(facts, member)}"),
            Expect = new("\"Finished defragmenting etcd member\".", "Finished defragmenting"),
            After = members.Checks(
                new($"{member.Title} answers, and so does the quorum, for half a minute.",
                    $"{read} && sleep 30 && {read}"),
                members.StatusOf(member, "Its DB SIZE is about what was in use.")),
            IfNot = "A timeout does not stop etcd: wait until the member answers, and do not start another one before. "
                + "A member that does not come back: look at its log, and go no further.",
        };
    }

    private RecoveryStep MoveLeader(MemberFacts target)
    {
        var leader = facts.Leader ?? members.Own;
        return new($"Move the leadership from {leader.Title} to {target.Title}, which is done")
        {
            Before = [members.AllAnswer],
            Commands = forms.Of(
                PlanMembers.Address(leader), $"move-leader {MemberFacts.Hex(target.Id)}", step: null),
            Expect = new("\"Leadership transferred\".", "Leadership transferred"),
            After =
            [
                new($"{target.Title} leads.",
                    $"{forms.Here(PlanMembers.Address(target), Leads)} | grep ', true, false, '"),
            ],
            Blocks = "Writes wait for less than a second. By this program it is part of the next step.",
            IfNot = $"{leader.Title} is not the leader any more: ask the one that is (IS LEADER in the status).",
        };
    }

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
}
