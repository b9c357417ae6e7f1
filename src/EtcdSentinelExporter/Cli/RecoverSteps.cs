using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Recovery;

namespace EtcdSentinelExporter.Cli;

/// <summary>Takes the lock, runs the steps, and writes into the journal how that ended.</summary>
/// <param name="disks">Knows whether a folder is on a disk of etcd.</param>
/// <param name="etcdFolders">Host paths of etcd's folders on this node.</param>
internal sealed class RecoverSteps(
    MaintenanceCluster cluster, MaintenanceTimeouts limits, RecoveryTimeouts timeouts, RecoveryJournal journal,
    EtcdDiskCheck disks, ImmutableArray<string> etcdFolders, CommandContext context)
{
    /// <returns>The exit code.</returns>
    /// <exception cref="OperationCanceledException">The user interrupted it.</exception>
    /// <exception cref="RecoveryException">Another run has the lock; nothing was changed.</exception>
    public async Task<int> RunAsync(
        ExecuteOptions options, DefragmentGuard rules, string path, CancellationToken stopping)
    {
        var facts = await cluster.ReadAsync(stopping);
        // The same for each run of this node, and another one on each other node.
        var own = MemberFacts.Hex(facts.Members.FirstOrDefault(member => member.IsOwn)?.Id ?? 0);
        var holder = $"{Environment.MachineName}, recover nospace beside member {own}, journal {path}";
        var mutex = new RecoveryLock(cluster, limits, holder);
        if (await mutex.WhyNotAsync(facts, stopping) is { } locked)
        {
            throw new RecoveryException("lock", $"No other run may be active: {locked}. If that run has died, its "
                + $"lease ends by itself; at once: etcdctl del {ClusterLock.Key}.");
        }
        var guard = new RecoveryGuard(cluster, rules) { Lock = mutex };
        var defragmentation = new RecoveryDefragmentation(cluster, guard, journal, limits, timeouts, context.Clock);
        var steps = new RecoverySteps(
            new(cluster, guard, journal, disks, etcdFolders, timeouts, context.Clock),
            new(cluster, guard, journal, timeouts, context.Clock), defragmentation,
            new(cluster, guard, journal, timeouts, context.Clock));
        try
        {
            if (journal.History.IsResumed)
                journal.Begin("resume", $"Going on after a run that was cut off ({path}).");
            return await EndAsync(new(guard, steps, journal), options, stopping);
        }
        finally
        {
            if (await mutex.EndAsync(defragmentation.MayContinue) is { } kept)
                await context.Error.WriteLineAsync(kept);
        }
    }

    private async Task<int> EndAsync(RecoveryRun run, ExecuteOptions options, CancellationToken stopping)
    {
        try
        {
            await run.RunAsync(options, stopping);
            journal.Done(options.Only is null && (journal.HasChanged || journal.History.IsResumed)
                ? "Done: etcd takes writes again."
                : "Done.");
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            journal.Stop("interrupted", journal.HasChanged
                ? "Interrupted. Run it again with the same options, and it goes on."
                : "Interrupted; nothing was changed.");
            throw;
        }
        catch (RecoveryException e)
        {
            return Stopped(e.Code, e.Message);
        }
        catch (Exception e) when (e is EtcdException or FormatException or IOException or UnauthorizedAccessException)
        {
            return Stopped("failed", e.Message);
        }
    }

    private int Stopped(string code, string why)
    {
        journal.Stop(code, why);
        return journal.HasChanged ? ExitCode.Failed : ExitCode.Refused;
    }
}
