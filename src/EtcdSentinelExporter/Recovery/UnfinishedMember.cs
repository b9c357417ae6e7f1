using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Waits for a member in which an earlier run may have left a defragmentation under way. It answers nothing
/// meanwhile, which would refuse the new run.</summary>
/// <param name="read">Reads the cluster anew.</param>
/// <param name="limit">Time after which it is given up.</param>
internal sealed class UnfinishedMember(
    Func<CancellationToken, Task<ClusterFacts>> read, RecoveryJournal journal, TimeSpan limit,
    RecoveryTimeouts timeouts, TimeProvider clock)
{
    /// <exception cref="RecoveryException">It does not answer in time.</exception>
    public async Task AwaitAsync(ulong id, CancellationToken stopping)
    {
        var isSaid = false;
        for (var begin = clock.GetTimestamp(); ; await Task.Delay(timeouts.Pause, clock, stopping))
        {
            if (await WhyNotAsync(id, stopping) is not { } reason)
                return;
            if (clock.GetElapsedTime(begin) > limit)
                throw new RecoveryException(RefusalCode.UnderWay, $"{reason} Wait until it answers, then repeat this.");
            if (!isSaid)
                journal.Begin("wait", $"Waiting. {reason}");
            isSaid = true;
        }
    }

    /// <returns><see langword="null"/> if it answers.</returns>
    private async Task<string?> WhyNotAsync(ulong id, CancellationToken stopping)
    {
        try
        {
            var facts = await read(stopping);
            if (facts.Find(id) is not { } member)
                return null;
            if (member is not { Failure: null, IsDefragmenting: false })
                return $"{member.Title} may still be defragmenting since an earlier run: {member.Failure}.";
            journal.End(
                "defragment", $"{member.Title} answers; an earlier run was cut off while it was defragmented.", id);
            return null;
        }
        catch (EtcdException e)
        {
            return $"{MemberFacts.Hex(id)} may still be defragmenting since an earlier run: {e.Message}.";
        }
    }
}
