using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Findings;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Ends the alarm NOSPACE, and no other one, when every database is small enough; then watches that it does
/// not return.</summary>
/// <param name="cluster">Reads the members and sends the calls.</param>
/// <param name="guard">Decides whether a step may run.</param>
internal sealed class RecoveryDisarming(
    MaintenanceCluster cluster, RecoveryGuard guard, RecoveryJournal journal, RecoveryTimeouts timeouts,
    TimeProvider clock)
{
    /// <exception cref="RecoveryException">A database is too large, or the alarm returned.</exception>
    /// <exception cref="EtcdException">A call failed.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        foreach (var id in AlarmWatch.Armed(await SmallAsync(stopping)))
        {
            // After the last one all API servers write at once, and a member may answer late.
            var facts = await SmallAsync(stopping);
            journal.BeginChange("disarm", $"Disarming NOSPACE of {MemberNames.Of(facts, id)}.", id);
            await cluster.Own.Client.DisarmNoSpaceAsync(id, stopping);
            journal.End("disarm", $"Disarmed NOSPACE of {MemberNames.Of(facts, id)}.", id);
        }
        var after = await new AlarmWatch(cluster.ReadAsync, timeouts, clock).PassAsync(stopping);
        journal.End("watch", $"The alarm did not return within {ReportCell.Duration(timeouts.Watch)}. Databases: "
            + $"{MemberNames.Sizes(after, state => state.DbBytes)}.");
    }

    private async Task<ClusterFacts> SmallAsync(CancellationToken stopping)
    {
        var facts = await guard.ReadAsync(stopping);
        RecoveryGuard.CheckSizes(facts);
        return facts;
    }
}
