using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Watches for a while that NOSPACE does not return.</summary>
/// <remarks>Only the alarm counts here. It was disarmed, so a member that is slow now is no reason to call that a
/// failure.</remarks>
/// <param name="read">Reads the cluster anew.</param>
internal sealed class AlarmWatch(
    Func<CancellationToken, Task<ClusterFacts>> read, RecoveryTimeouts timeouts, TimeProvider clock)
{
    /// <summary>Members for which NOSPACE is active.</summary>
    public static ImmutableArray<ulong> Armed(ClusterFacts facts) =>
    [
        .. facts.Alarms.Where(alarm => alarm.Alarm is MaintenanceClient.NoSpace).Select(alarm => alarm.MemberId)
            .Distinct(),
    ];

    /// <returns>The last facts.</returns>
    /// <exception cref="RecoveryException">The alarm is active, or no member answers.</exception>
    public async Task<ClusterFacts> PassAsync(CancellationToken stopping)
    {
        for (var begin = clock.GetTimestamp(); ;)
        {
            await Task.Delay(timeouts.Pause, clock, stopping);
            var facts = await TryReadAsync(stopping);
            var elapsed = clock.GetElapsedTime(begin);
            if (facts is null)
            {
                if (elapsed > 2 * timeouts.Watch)
                {
                    throw new RecoveryException(
                        "silent", "NOSPACE was disarmed; since then no member of this node answers.");
                }
            }
            else if (Armed(facts) is [var id, ..])
            {
                // A member that lags reports the old alarm for a moment.
                if (elapsed >= timeouts.Spread)
                {
                    throw new RecoveryException("armed-again", $"NOSPACE of {MemberNames.Of(facts, id)} is active "
                        + $"again: {MemberNames.Sizes(facts, state => state.DbBytes)}. {RecoveryGuard.RaiseQuota}");
                }
            }
            else if (elapsed >= timeouts.Watch)
            {
                return facts;
            }
        }
    }

    private async Task<ClusterFacts?> TryReadAsync(CancellationToken stopping)
    {
        try
        {
            return await read(stopping);
        }
        catch (EtcdException)
        {
            return null;
        }
    }
}
