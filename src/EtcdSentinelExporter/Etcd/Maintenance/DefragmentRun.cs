using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Text;

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
        var mutex = new ClusterLock(cluster.Own.Etcd, timeouts.Call);
        if (await TakeAsync(mutex, cancellationToken) is { } why)
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
            // While a member may still be at it, the lease keeps other runs out.
            if (!_mayContinue)
                await TryReleaseAsync(mutex);
        }
    }

    // No lease is granted under NOSPACE.
    private async Task<string?> TakeAsync(ClusterLock mutex, CancellationToken cancellationToken)
    {
        try
        {
            return await mutex.TakeAsync(holder, Life, cancellationToken) is { } other
                ? $"another run has {ClusterLock.Key}: {DisplayText.Of(other, AnswerLimits.MaxErrorLength)}"
                : null;
        }
        catch (EtcdException e)
        {
            return $"{ClusterLock.Key} cannot be taken: {e.Message}";
        }
    }

    // Longer than one step.
    private TimeSpan Life =>
        timeouts.Defragment + timeouts.Return + timeouts.GateMax + (3 * timeouts.Call);

    private async Task TryReleaseAsync(ClusterLock mutex)
    {
        try
        {
            await mutex.ReleaseAsync(CancellationToken.None);
        }
        catch (EtcdException e)
        {
            await say($"the lock {ClusterLock.Key} ends by itself after {Life.TotalMinutes:0} min: {e.Message}");
        }
    }

    private async Task<RunEnd> LoopAsync(ClusterLock mutex, CancellationToken cancellationToken)
    {
        var facts = await cluster.ReadAsync(cancellationToken);
        // Another run may just have ended.
        var remaining = rules.Select(facts);
        while (DefragmentOrder.Next(facts, remaining) is { } step)
        {
            if (!await mutex.RenewAsync(cancellationToken))
                return await StopAsync($"the lock {ClusterLock.Key} is lost");
            var end = step.Kind is DefragmentStepKind.MoveLeader
                ? await MoveLeaderAsync(facts, step.MemberId, cancellationToken)
                : await DefragmentAsync(facts, step.MemberId, cancellationToken);
            if (end is { } ended)
                return ended;
            if (step.Kind is DefragmentStepKind.Defragment)
                remaining = remaining.Remove(step.MemberId);
            if (remaining.IsEmpty)
                return RunEnd.Done;
            if (step.Kind is DefragmentStepKind.Defragment && await GateAsync(cancellationToken) is { } failure)
                return await StopAsync($"the cluster is not well after a defragmentation: {failure}");
            facts = await cluster.ReadAsync(cancellationToken);
        }
        return DefragmentOrder.IsStuck(facts, remaining)
            ? await StopAsync("the leader remains, and no other voter is caught up to take over")
            : RunEnd.Done;
    }

    private async Task<RunEnd?> DefragmentAsync(ClusterFacts facts, ulong id, CancellationToken cancellationToken)
    {
        var found = Refusals.Without(refusals.Of(facts, [id]), limits.Forced);
        if (found is [_, ..])
        {
            foreach (var refusal in found)
                await say($"refused: {refusal}");
            return _results.Count == 0 ? RunEnd.Refused : RunEnd.Stopped;
        }
        var estimate = BlockEstimate.Of(facts.Find(id)!);
        var spent = _results.Aggregate(TimeSpan.Zero, (sum, result) => sum + result.Blocked);
        if (spent + estimate > limits.MaxBlocked)
        {
            await say($"{facts.Find(id)!.Title} is left for a later run: about {RunText.Seconds(estimate)} without an "
                + $"answer, and {RunText.Seconds(limits.MaxBlocked - spent)} of --max-blocked remain");
            return RunEnd.OverBudget;
        }
        await say($"{facts.Find(id)!.Title}: begins; about {RunText.Seconds(estimate)} without an answer");
        var result = await new MemberDefragmentation(cluster, timeouts, clock).RunAsync(id, cancellationToken);
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
