using System.Globalization;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Defragments members one after the other, the leader last and not as the leader.</summary>
internal sealed class RecoveryDefragmentation(
    MaintenanceCluster cluster, RecoveryGuard guard, RecoveryJournal journal, MaintenanceTimeouts limits,
    RecoveryTimeouts timeouts, TimeProvider clock)
{
    private const string Step = "defragment";

    /// <summary>True if a member may still be defragmenting.</summary>
    public bool MayContinue { get; private set; }

    /// <exception cref="RecoveryException">A member must not be defragmented now, or a step ended with a
    /// surprise.</exception>
    public async Task RunAsync(ImmutableHashSet<ulong> remaining, CancellationToken stopping)
    {
        for (var isFirst = true; !remaining.IsEmpty; isFirst = false)
        {
            if (!isFirst)
                await PassGateAsync(stopping);
            var facts = await guard.ReadForAsync(stopping);
            if (DefragmentOrder.IsStuck(facts, remaining))
            {
                throw new RecoveryException(
                    "no-successor", "No other voter is caught up, so the leader cannot be last.");
            }
            if (DefragmentOrder.Next(facts, remaining) is not { } next)
                return;
            if (next.Kind is DefragmentStepKind.MoveLeader)
            {
                // Leadership moves only if its member can be defragmented then.
                guard.Check(facts, facts.Leader!.Id);
                await MoveLeaderAsync(facts, next.MemberId, stopping);
                continue;
            }
            var done = await DefragmentAsync(next.MemberId, stopping);
            remaining = remaining.Remove(next.MemberId);
            // No further member waits in vain.
            if (!remaining.IsEmpty)
                RecoveryGuard.CheckInUse(facts, [done]);
        }
    }

    /// <returns>The member after it.</returns>
    private async Task<MemberFacts> DefragmentAsync(ulong id, CancellationToken stopping)
    {
        var facts = await guard.ReadForAsync(stopping, id);
        var member = facts.Find(id)!;
        var seconds = Math.Ceiling(BlockEstimate.Of(member).TotalSeconds);
        journal.BeginChange(Step, string.Create(CultureInfo.InvariantCulture,
            $"Defragmenting {member.Title}: it answers nothing for about {seconds} s."), id);
        var result = await new MemberDefragmentation(cluster, guard.Rules, limits, clock).RunAsync(id, stopping);
        if (result.Failure is { } failure)
        {
            MayContinue = result.MayContinue;
            // Without an end in the journal, the next run waits for this member.
            if (!result.MayContinue)
                journal.End(Step, $"{member.Title}: {failure}.", id);
            throw new RecoveryException(Step, $"{member.Title}: {failure}. Nothing else was started.");
        }
        var after = result.After!;
        var sizes = $"{ReportCell.Size(result.Before!.State!.DbBytes)} to {ReportCell.Size(after.State!.DbBytes)}";
        journal.End(Step, string.Create(CultureInfo.InvariantCulture,
            $"Defragmented {member.Title} in {result.Blocked.TotalSeconds:0.0} s: {sizes}."), id);
        return after;
    }

    private async Task MoveLeaderAsync(ClusterFacts facts, ulong target, CancellationToken stopping)
    {
        var (leader, next) = (facts.Leader!, facts.Find(target)!);
        journal.BeginChange("move-leader", $"Moving the leadership from {leader.Title} to {next.Title}.", target);
        await cluster.Member(leader.Id).Client.MoveLeaderAsync(target, stopping);
        for (var begin = clock.GetTimestamp(); ; await Task.Delay(timeouts.Pause, clock, stopping))
        {
            if ((await cluster.ReadAsync(stopping)).Leader?.Id == target)
                break;
            if (clock.GetElapsedTime(begin) > timeouts.NewLeader)
                throw new RecoveryException("move-leader", $"{next.Title} did not become the leader.");
        }
        journal.End("move-leader", $"{next.Title} leads.", target);
    }

    private async Task PassGateAsync(CancellationToken stopping)
    {
        var gate = new MemberGate(cluster.ReadAsync, guard.Rules.Silent, limits, clock);
        if (await gate.PassAsync(stopping) is { } failure)
            throw new RecoveryException("gate", $"Members do not answer after the last step: {failure}.");
    }
}
