using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Recovery;

namespace EtcdSentinelExporter.Cli;

/// <summary>What <c>recover nospace --execute</c> does before the first change: it waits for a member that an earlier
/// run left behind, and decides whether all of the run is allowed.</summary>
internal sealed class RecoverStart(
    MaintenanceCluster cluster, RecoverOptions options, ExecuteOptions execute, MaintenanceTimeouts limits,
    RecoveryTimeouts timeouts, CommandContext context)
{
    /// <summary>Reads the cluster. If an earlier run was cut off in a defragmentation, it waits: that member may be the
    /// only one that this node knows.</summary>
    /// <param name="journal">Path; <see langword="null"/> if there is none.</param>
    /// <exception cref="EtcdException">No member answers that this node or the settings name.</exception>
    public async Task<ClusterFacts> ReadAsync(string? journal, CancellationToken stopping)
    {
        var clock = context.Clock;
        var waits = journal is not null && JournalHistory.At(
            journal, clusterId: null, timeouts.MaxJournalAge, clock.GetUtcNow()).Unfinished is not null;
        var isSaid = false;
        for (var begin = clock.GetTimestamp(); ; await Task.Delay(timeouts.Pause, clock, stopping))
        {
            try
            {
                return await cluster.ReadAsync(stopping);
            }
            catch (EtcdException e) when (waits && clock.GetElapsedTime(begin) < limits.Defragment)
            {
                if (!isSaid)
                {
                    await context.Out.WriteLineAsync(
                        $"Waiting. An earlier run was cut off while it defragmented a member: {e.Message}.");
                }
                isSaid = true;
            }
        }
    }

    /// <exception cref="RecoveryException">A member does not come back, or the run is not allowed.</exception>
    /// <exception cref="EtcdException">No member answers.</exception>
    public async Task<DefragmentGuard> RulesAsync(
        ulong clusterId, RecoveryJournal journal, CancellationToken stopping)
    {
        if (journal.History.Unfinished is { } member)
        {
            await new UnfinishedMember(cluster.ReadAsync, journal, limits.Defragment, timeouts, context.Clock)
                .AwaitAsync(member, stopping);
        }
        var facts = await cluster.ReadAsync(stopping);
        var rules = new DefragmentGuard(
            clusterId, new(RefusalPurpose.RecoverNoSpace, options.TrustsRoom), options.Forced)
        {
            Silent = options.Forced.Contains(RefusalCode.MemberDown, StringComparer.Ordinal)
                ? [.. facts.Members.Where(one => one.Failure is not null).Select(one => one.Id)]
                : [],
        };
        new RecoveryGuard(cluster, rules).Check(execute.Only is null ? WithoutData(facts) : facts, Members(facts));
        return rules;
    }

    // A run that compacts and then refuses to defragment would have dropped the history for nothing.
    private ImmutableArray<ulong> Members(ClusterFacts facts) => execute.Only switch
    {
        null => [.. facts.StartedVoters.Select(member => member.Id)],
        { Kind: OnlyKind.Defragment, Member: var name } => MemberNames.Find(facts, name) is { } one ? [one.Id] : [],
        _ => [],
    };

    // History counts as in use until it is dropped, so only then the sizes decide. Each step reads them anew.
    private static ClusterFacts WithoutData(ClusterFacts facts) => facts with
    {
        Members = [.. facts.Members.Select(member => member with
        {
            State = member.State is { } state ? state with { InUseBytes = 0 } : null,
        })],
    };
}
