using EtcdSentinelExporter.Etcd.Maintenance;

namespace EtcdSentinelExporter.Recovery;

/// <summary>Keeps a second run of <c>recover</c>, and one of <c>defragment</c>, away from the cluster.</summary>
/// <param name="holder">What others read while the lock is held. The same for each run of this node, so that one goes
/// on where another was cut off.</param>
internal sealed class RecoveryLock(MaintenanceCluster cluster, MaintenanceTimeouts limits, string holder)
{
    private readonly RunLock _lock = new(() => cluster.Own.Etcd, limits, takesOver: true);
    private bool _isHeld;

    /// <summary>Why this node does not act without a question: another one does, so that of several nodes one
    /// acts.</summary>
    /// <returns><see langword="null"/> if it is this node's turn.</returns>
    public static string? WhyNotOurTurn(ClusterFacts facts) => facts.IsOurTurn
        ? null
        : $"With --yes only the node of {facts.StartedVoters.FirstOrDefault()?.Title ?? "a started voter"} acts, so "
            + "that several nodes never act at once. Run it there, or leave out --yes and type the cluster ID.";

    /// <summary>Takes the lock. Under NOSPACE etcd grants no lease: the lock is only read then, and the compaction
    /// keeps runs apart.</summary>
    /// <returns><see langword="null"/> if no other run has it; else a phrase.</returns>
    public async Task<string?> WhyNotAsync(ClusterFacts facts, CancellationToken stopping)
    {
        if (facts.HasAlarm(MaintenanceClient.NoSpace))
            return await _lock.WhyHeldAsync(holder, stopping);
        var reason = await _lock.TakeAsync(holder, stopping);
        _isHeld = reason is null;
        return reason;
    }

    /// <summary>Renews the lock, if it is held.</summary>
    /// <exception cref="RecoveryException">It is lost.</exception>
    public async Task RenewAsync(CancellationToken stopping)
    {
        if (_isHeld && !await _lock.RenewAsync(stopping))
            throw new RecoveryException("lock", $"The lock {ClusterLock.Key} is lost.");
    }

    /// <inheritdoc cref="RunLock.EndAsync"/>
    public async Task<string?> EndAsync(bool isKept) => _isHeld ? await _lock.EndAsync(isKept) : null;
}
