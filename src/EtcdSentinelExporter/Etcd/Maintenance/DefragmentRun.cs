using EtcdSentinelExporter.Etcd.Client;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>How a run ended.</summary>
internal enum RunEnd { Done, Stopped, Refused, OverBudget }

/// <summary>Limits of a run.</summary>
/// <param name="MaxBlocked">Sum of the times in which a member answers nothing, of all members together. Followers
/// count: each has clients that wait.</param>
/// <param name="Forced">Codes of refusals that the user lifts.</param>
internal sealed record DefragmentLimits(TimeSpan MaxBlocked, ImmutableArray<string> Forced);

/// <summary>Defragments members, one at a time, and stops at the first surprise.</summary>
/// <param name="say">Gets one line for each event.</param>
/// <param name="holder">What others read in the lock.</param>
internal sealed class DefragmentRun(
    MaintenanceCluster cluster, DefragmentRules rules, Refusals refusals, DefragmentLimits limits,
    MaintenanceTimeouts timeouts, TimeProvider clock, Func<string, Task> say, string holder)
{
    private readonly List<DefragmentationResult> _results = [];
    private bool _mayContinue;

    /// <summary>What was done until now.</summary>
    public ImmutableArray<DefragmentationResult> Results => [.. _results];

    /// <summary>Takes the lock of the cluster, defragments the members that the rules select then, and gives the lock
    /// back.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the running step was ended
    /// first.</exception>
    public async Task<RunEnd> RunAsync(CancellationToken cancellationToken)
    {
        var mutex = new RunLock(cluster.Own.Etcd, timeouts);
        if (await mutex.TakeAsync(holder, cancellationToken) is { } why)
        {
            await say($"refused: no lock, no run: {why}");
            return RunEnd.Refused;
        }
        try
        {
            return await LoopAsync(mutex, cancellationToken);
        }
        catch (EtcdException e)
        {
            return await StopAsync(e.Message);
        }
        finally
        {
            // While a member may still be defragmenting, the lease keeps other runs out.
            if (!_mayContinue && await mutex.ReleaseAsync() is { } kept)
                await say(kept);
        }
    }

    private async Task<RunEnd> LoopAsync(RunLock mutex, CancellationToken cancellationToken)
    {
        var facts = await cluster.ReadAsync(cancellationToken);
        // Another run may just have ended.
        var remaining = rules.Select(facts);
        while (DefragmentOrder.Next(facts, remaining) is { } step)
        {
            if (!await mutex.RenewAsync(cancellationToken))
                return await StopAsync($"the lock {ClusterLock.Key} is lost");
            var isMove = step.Kind is DefragmentStepKind.MoveLeader;
            // Leadership moves only if its member can be defragmented then.
            var end = await BarAsync(facts, facts.Find(isMove ? facts.Leader!.Id : step.MemberId)!)
                ?? (isMove
                    ? await MoveLeaderAsync(facts, step.MemberId, cancellationToken)
                    : await DefragmentAsync(facts.Find(step.MemberId)!, cancellationToken));
            if (end is { } ended)
                return ended;
            if (!isMove)
                remaining = remaining.Remove(step.MemberId);
            if (remaining.IsEmpty)
                return RunEnd.Done;
            if (!isMove && await GateAsync(cancellationToken) is { } failure)
                return await StopAsync($"members do not answer after a defragmentation: {failure}");
            facts = await cluster.ReadAsync(cancellationToken);
        }
        return DefragmentOrder.IsStuck(facts, remaining)
            ? await StopAsync("the leader remains, and no other voter is caught up to take over")
            : RunEnd.Done;
    }

    /// <returns><see langword="null"/> if the member may be defragmented now.</returns>
    private async Task<RunEnd?> BarAsync(ClusterFacts facts, MemberFacts member)
    {
        var found = Refusals.Without(refusals.Of(facts, [member.Id]), limits.Forced);
        foreach (var refusal in found)
            await say($"refused: {refusal}");
        if (found is [_, ..])
            return _results.Count == 0 ? RunEnd.Refused : RunEnd.Stopped;
        var estimate = BlockEstimate.Of(member);
        var left = limits.MaxBlocked - _results.Aggregate(TimeSpan.Zero, (sum, result) => sum + result.Blocked);
        if (estimate <= left)
            return null;
        await say($"{member.Title} is left for a later run: about {RunText.Seconds(estimate)} without an answer, and "
            + $"{RunText.Seconds(left)} of --max-blocked remain");
        return RunEnd.OverBudget;
    }

    private async Task<RunEnd?> DefragmentAsync(MemberFacts member, CancellationToken cancellationToken)
    {
        var estimate = RunText.Seconds(BlockEstimate.Of(member));
        await say($"{member.Title}: begins; about {estimate} without an answer");
        var result = await new MemberDefragmentation(cluster, timeouts, clock).RunAsync(member.Id, cancellationToken);
        _results.Add(result);
        await say(RunText.Line(result));
        _mayContinue = result.MayContinue;
        return result.Failure is null ? null : RunEnd.Stopped;
    }

    private async Task<RunEnd?> MoveLeaderAsync(ClusterFacts facts, ulong target, CancellationToken cancellationToken)
    {
        if (MemberGate.FailureIn(facts) is { } failure)
            return await StopAsync(failure);
        var names = $"from {facts.Leader!.Title} to {facts.Find(target)!.Title}";
        await say($"leadership moves {names}");
        await cluster.Member(facts.Leader.Id).Client.MoveLeaderAsync(target, cancellationToken);
        var begin = clock.GetTimestamp();
        while ((await cluster.ReadAsync(cancellationToken)).Leader?.Id != target)
        {
            if (clock.GetElapsedTime(begin) > timeouts.Call)
                return await StopAsync($"leadership did not move {names}");
            await Task.Delay(timeouts.Pause, clock, cancellationToken);
        }
        return null;
    }

    private Task<string?> GateAsync(CancellationToken cancellationToken) =>
        new MemberGate(cluster.ReadAsync, timeouts, clock).PassAsync(cancellationToken);

    private async Task<RunEnd> StopAsync(string why)
    {
        await say($"stopped: {why}");
        return RunEnd.Stopped;
    }
}
