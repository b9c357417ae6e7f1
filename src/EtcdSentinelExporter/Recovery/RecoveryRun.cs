using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Runs the steps of <c>recover nospace</c>. Before each one all members are read anew, and the first surprise
/// ends it.</summary>
/// <param name="guard">Decides whether a step may run.</param>
/// <param name="steps">What the run consists of.</param>
internal sealed class RecoveryRun(RecoveryGuard guard, RecoverySteps steps, RecoveryJournal journal)
{
    /// <summary>Runs all steps, or the one that is wanted.</summary>
    /// <exception cref="RecoveryException">A step must not run, or ended with a surprise.</exception>
    /// <exception cref="EtcdException">A call failed.</exception>
    public async Task RunAsync(ExecuteOptions options, CancellationToken stopping)
    {
        switch (options.Only)
        {
            case { Kind: OnlyKind.Snapshot }: await steps.Snapshot.SaveAsync(options, stopping); break;
            case { Kind: OnlyKind.Compact }:
                if (await IsFullAsync("compact", stopping))
                    await steps.Compaction.RunAsync(stopping);
                break;
            case { Kind: OnlyKind.Defragment, Member: var name }: await DefragmentAsync(name, stopping); break;
            case { Kind: OnlyKind.Disarm }: await steps.Disarming.RunAsync(stopping); break;
            default:
                if (await IsFullAsync("recover", stopping))
                    await RunAllAsync(options, stopping);
                // All is done but the watch.
                else if (journal.History.IsResumed)
                    await steps.Disarming.RunAsync(stopping);
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
            await steps.Snapshot.SaveAsync(options, stopping);
        await steps.Compaction.RunAsync(stopping);
        var facts = await guard.ReadAsync(stopping);
        await steps.Defragmentation.RunAsync(
            [.. facts.StartedVoters.Where(member => QuotaLimits.IsToShrink(facts, member)).Select(member => member.Id)],
            stopping);
        await steps.Disarming.RunAsync(stopping);
    }

    private async Task DefragmentAsync(string name, CancellationToken stopping)
    {
        var facts = await guard.ReadAsync(stopping);
        var member = MemberNames.Find(facts, name) ?? throw new RecoveryException("unknown-member",
            $"No member, or several, have the name, ID or address {name}; members: "
            + string.Join(", ", facts.Members.Select(one => $"{one.Title} ({MemberFacts.Hex(one.Id)})")) + ".");
        await guard.ReadForAsync(stopping, member.Id);
        if (!member.IsStartedVoter)
        {
            throw new RecoveryException(
                "not-started", $"{member.Title} has not started: there is nothing to defragment.");
        }
        await steps.Defragmentation.RunAsync([member.Id], stopping);
    }
}

/// <summary>The steps of <c>recover nospace</c>, in their order.</summary>
internal sealed record RecoverySteps(
    RecoverySnapshot Snapshot, RecoveryCompaction Compaction, RecoveryDefragmentation Defragmentation,
    RecoveryDisarming Disarming);
