using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Runs the steps of <c>recover nospace</c>. Before each one all members are read anew, and the first surprise
/// ends it.</summary>
/// <param name="cluster">Reads the members and sends the calls.</param>
/// <param name="guard">Decides whether a step may run.</param>
/// <param name="snapshots">Saves the snapshot.</param>
internal sealed class RecoveryRun(
    MaintenanceCluster cluster, RecoveryGuard guard, RecoveryDefragmentation defragmentation,
    RecoverySnapshot snapshots, RecoveryJournal journal, RecoveryTimeouts timeouts, TimeProvider clock)
{
    // bbolt counts a page as free one commit after the one that freed it, and under NOSPACE nothing else is committed.
    // So the last few revisions are compacted one by one: each makes every member commit once more.
    private const int Rounds = 4;

    /// <summary>Runs all steps, or the one that is wanted.</summary>
    /// <exception cref="RecoveryException">A step must not run, or ended with a surprise.</exception>
    /// <exception cref="EtcdException">A call failed.</exception>
    public async Task RunAsync(ExecuteOptions options, CancellationToken stopping)
    {
        if (journal.Unfinished is { } member)
            await defragmentation.AwaitAsync(member, stopping);
        switch (options.Only)
        {
            case { Kind: OnlyKind.Snapshot }: await snapshots.SaveAsync(options, stopping); break;
            case { Kind: OnlyKind.Compact }:
                if (await IsFullAsync("compact", stopping))
                    await CompactAsync(stopping);
                break;
            case { Kind: OnlyKind.Defragment, Member: var name }: await DefragmentAsync(name, stopping); break;
            case { Kind: OnlyKind.Disarm }: await DisarmAsync(stopping); break;
            default:
                if (await IsFullAsync("recover", stopping))
                    await RunAllAsync(options, stopping);
                // All is done but the watch.
                else if (journal.IsResumed)
                    await DisarmAsync(stopping);
                break;
        }
    }

    private async Task<bool> IsFullAsync(string step, CancellationToken stopping)
    {
        if ((await guard.ReadAsync(stopping)).HasAlarm(MaintenanceClient.NoSpace))
            return true;
        journal.End(step, "The alarm NOSPACE is not active: nothing is compacted.");
        return false;
    }

    private async Task RunAllAsync(ExecuteOptions options, CancellationToken stopping)
    {
        if (options.NoSnapshot is { } reason)
            journal.End("no-snapshot", $"No snapshot: {reason}");
        else
            await snapshots.SaveAsync(options, stopping);
        await CompactAsync(stopping);
        var facts = await guard.ReadAsync(stopping);
        await defragmentation.RunAsync(
            [.. facts.StartedVoters.Where(member => QuotaLimits.IsToShrink(facts, member)).Select(member => member.Id)],
            stopping);
        await DisarmAsync(stopping);
    }

    private async Task CompactAsync(CancellationToken stopping)
    {
        var settled = await AgreeingAsync(stopping);
        var ofApiServer = await CompactionTargets.OfApiServerAsync(cluster, timeouts.NewLeader, stopping);
        foreach (var (at, revision) in CompactionTargets.Of(settled, ofApiServer).Index())
        {
            if (at > 0 && RecoveryGuard.WhyTooMuchInUse(settled) is null)
                break;
            journal.BeginChange("compact", $"Dropping the history before revision {revision}.");
            for (var before = Rounds; before >= 0; before--)
            {
                await CompactToAsync(revision - before, stopping);
                settled = await SettledAsync(before == 0 ? timeouts.Settle : TimeSpan.Zero, stopping);
            }
        }
        journal.End("compact", $"Compacted; in use: {Sizes(settled, state => state.InUseBytes)}.");
        RecoveryGuard.CheckInUse(settled);
    }

    // One that differs for a moment may have been asked a little later than the others.
    private async Task<ClusterFacts> AgreeingAsync(CancellationToken stopping)
    {
        for (var left = Rounds; ; left--)
        {
            var facts = await guard.ReadAsync(stopping);
            if (CompactionTargets.Differing(facts) is not { } pair)
                return facts;
            if (left == 0)
            {
                throw new RecoveryException("diverged", $"{pair.One.Title} and {pair.Other.Title} applied the same entries "
                    + "and have different revisions. Nothing is compacted. Find the member with the wrong data first: "
                    + "etcd-sentinel-exporter runbook EtcdRevisionDivergence.");
            }
            await Task.Delay(timeouts.Pause, clock, stopping);
        }
    }

    private async Task CompactToAsync(long revision, CancellationToken stopping)
    {
        try
        {
            await cluster.Own.Client.CompactAsync(revision, isPhysical: true, stopping);
        }
        catch (EtcdException e) when (e.Message.Contains("has been compacted", StringComparison.Ordinal))
        {
            // Somebody else did it, or this run before it was cut off.
        }
    }

    // The other members compact on their own, and may not be done yet.
    private async Task<ClusterFacts> SettledAsync(TimeSpan within, CancellationToken stopping)
    {
        var begin = clock.GetTimestamp();
        while (true)
        {
            await Task.Delay(timeouts.Pause, clock, stopping);
            var facts = await guard.ReadAsync(stopping);
            if (clock.GetElapsedTime(begin) >= within || RecoveryGuard.WhyTooMuchInUse(facts) is null)
                return facts;
        }
    }

    private async Task DefragmentAsync(string name, CancellationToken stopping)
    {
        var facts = await guard.ReadAsync(stopping);
        var member = MemberNames.Find(facts, name) ?? throw new RecoveryException("unknown-member",
            $"No member, or several, have the name, ID or address {name}; members: "
            + string.Join(", ", facts.Members.Select(one => $"{one.Title} ({MemberFacts.Hex(one.Id)})")) + ".");
        await guard.ReadForAsync(stopping, member.Id);
        if (!member.IsStartedVoter)
            throw new RecoveryException("not-started", $"{member.Title} has not started: there is nothing to defragment.");
        await defragmentation.RunAsync([member.Id], stopping);
    }

    private async Task DisarmAsync(CancellationToken stopping)
    {
        foreach (var id in Armed(await SmallAsync(stopping)))
        {
            // After the last one all API servers write at once, and a member may answer late.
            var facts = await SmallAsync(stopping);
            journal.BeginChange("disarm", $"Disarming NOSPACE of {NameOf(facts, id)}.", id);
            await cluster.Own.Client.DisarmNoSpaceAsync(id, stopping);
            journal.End("disarm", $"Disarmed NOSPACE of {NameOf(facts, id)}.", id);
        }
        journal.End("watch", $"The alarm did not return within {ReportCell.Duration(timeouts.Watch)}. Databases: "
            + $"{Sizes(await WatchedAsync(stopping), state => state.DbBytes)}.");
    }

    private async Task<ClusterFacts> SmallAsync(CancellationToken stopping)
    {
        var facts = await guard.ReadAsync(stopping);
        RecoveryGuard.CheckSizes(facts);
        return facts;
    }

    // Only the alarm counts here: it was disarmed, and a member that is slow now is no reason to call that a failure.
    private async Task<ClusterFacts> WatchedAsync(CancellationToken stopping)
    {
        for (var begin = clock.GetTimestamp(); ;)
        {
            await Task.Delay(timeouts.Pause, clock, stopping);
            var elapsed = clock.GetElapsedTime(begin);
            if (await AlarmsAsync(stopping) is not { } facts)
            {
                if (elapsed > 2 * timeouts.Watch)
                    throw new RecoveryException("silent", "NOSPACE was disarmed; since then no member of this node answers.");
                continue;
            }
            if (Armed(facts) is [var id, ..])
            {
                throw new RecoveryException("armed-again", $"NOSPACE of {NameOf(facts, id)} is active again: "
                    + $"{Sizes(facts, state => state.DbBytes)}. {RecoveryGuard.RaiseQuota}");
            }
            if (elapsed >= timeouts.Watch)
                return facts;
        }
    }

    private async Task<ClusterFacts?> AlarmsAsync(CancellationToken stopping)
    {
        try
        {
            return await cluster.ReadAsync(stopping);
        }
        catch (EtcdException)
        {
            return null;
        }
    }

    private static ImmutableArray<ulong> Armed(ClusterFacts facts) =>
    [
        .. facts.Alarms.Where(alarm => alarm.Alarm is MaintenanceClient.NoSpace).Select(alarm => alarm.MemberId)
            .Distinct(),
    ];

    private static string NameOf(ClusterFacts facts, ulong id) => facts.Find(id)?.Title ?? MemberFacts.Hex(id);

    private static string Sizes(ClusterFacts facts, Func<MemberState, long> size) => string.Join(", ",
        facts.Members.Where(member => member.State is not null)
            .Select(member => $"{member.Title} {ReportCell.Size(size(member.State!))}"));
}
