using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Drops the history, no more of it than is needed.</summary>
/// <param name="cluster">Reads the members and sends the calls.</param>
/// <param name="guard">Decides whether a step may run.</param>
internal sealed class RecoveryCompaction(
    MaintenanceCluster cluster, RecoveryGuard guard, RecoveryJournal journal, RecoveryTimeouts timeouts,
    TimeProvider clock)
{
    // bbolt counts a page as free one commit after the one that freed it, and under NOSPACE little else is committed.
    // So the last few revisions are compacted one by one: each makes every member commit once more.
    private const int Rounds = 4;

    private const int Tries = 5;

    /// <exception cref="RecoveryException">The members differ, somebody else compacts, or too much is in use
    /// afterwards.</exception>
    /// <exception cref="EtcdException">A call failed.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        var facts = await AgreeingAsync(stopping);
        var ofApiServer = await CompactionTargets.OfApiServerAsync(cluster, timeouts.NewLeader, stopping);
        var isCounted = false;
        foreach (var (at, revision) in CompactionTargets.Of(facts, ofApiServer).Index())
        {
            if (at > 0 && RecoveryGuard.WhyTooMuchInUse(facts) is null)
                break;
            journal.BeginCompaction(revision, $"Dropping the history before revision {revision}.");
            isCounted = await CompactAsync(revision, isExclusive: revision > (ofApiServer ?? 0), stopping);
            facts = await SettledAsync(stopping);
        }
        journal.End("compact", $"Compacted; in use: {MemberNames.Sizes(facts, state => state.InUseBytes)}.");
        if (isCounted)
        {
            RecoveryGuard.CheckInUse(facts, facts.Members);
        }
        else if (RecoveryGuard.WhyTooMuchInUse(facts) is { } reason)
        {
            journal.End("compact", $"{reason} It was compacted before this run. Pages that this freed may still count "
                + "as in use, so that is judged after the defragmentation of the first member.");
        }
    }

    // One that differs for a moment may have been asked a little later than the others.
    private async Task<ClusterFacts> AgreeingAsync(CancellationToken stopping)
    {
        for (var left = Tries; ; left--)
        {
            var facts = await guard.ReadAsync(stopping);
            if (CompactionTargets.Differing(facts) is not { } pair)
                return facts;
            if (left == 1)
            {
                throw new RecoveryException("diverged", $"{pair.One.Title} and {pair.Other.Title} applied the same "
                    + "entries and have different revisions. Nothing is compacted. Find the member with the wrong data "
                    + "first: etcd-sentinel-exporter runbook EtcdRevisionDivergence.");
            }
            await Task.Delay(timeouts.Pause, clock, stopping);
        }
    }

    /// <returns>True if the last call compacted something, so that the members count what was freed before.</returns>
    private async Task<bool> CompactAsync(long revision, bool isExclusive, CancellationToken stopping)
    {
        for (var before = Rounds; before > 0; before--)
        {
            await TryCompactAsync(revision - before, stopping);
            await Task.Delay(timeouts.Pause, clock, stopping);
        }
        if (await TryCompactAsync(revision, stopping))
            return true;
        // Under NOSPACE only a deletion adds a revision, so of several runs mostly one can compact to the newest.
        return isExclusive && !journal.History.Compacted.Contains(revision)
            ? throw new RecoveryException("other-run", $"Somebody else, or etcd itself, has compacted to revision "
                + $"{revision}. Make sure that nobody else recovers this cluster now; then repeat this command.")
            : false;
    }

    /// <returns>False if it was compacted before.</returns>
    private async Task<bool> TryCompactAsync(long revision, CancellationToken stopping)
    {
        try
        {
            await cluster.Own.Client.CompactAsync(revision, isPhysical: true, stopping);
            return true;
        }
        catch (EtcdException e) when (e.Message.Contains("has been compacted", StringComparison.Ordinal))
        {
            return false;
        }
    }

    // The other members compact on their own, and may not be done yet. One that is busy with it may answer late.
    private async Task<ClusterFacts> SettledAsync(CancellationToken stopping)
    {
        for (var begin = clock.GetTimestamp(); ;)
        {
            await Task.Delay(timeouts.Pause, clock, stopping);
            var facts = await cluster.ReadAsync(stopping);
            var isSettled = MemberGate.FailureIn(facts, guard.Rules.Silent) is null
                && RecoveryGuard.WhyTooMuchInUse(facts) is null;
            if (isSettled || clock.GetElapsedTime(begin) >= timeouts.Settle)
                return await guard.ReadAsync(stopping);
        }
    }
}
