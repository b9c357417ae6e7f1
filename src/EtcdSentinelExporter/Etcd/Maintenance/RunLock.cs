using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>The lock of a run of several steps: its lease is longer than one step, and each step renews it.</summary>
/// <param name="etcd">The member that is asked, found anew for each call: connections change between two
/// readings.</param>
/// <param name="takesOver">True to take over a lock with the same text: only where no two runs can have it.</param>
internal sealed class RunLock(Func<EtcdClient> etcd, MaintenanceTimeouts timeouts, bool takesOver = false)
{
    // etcd goes on after a deadline has passed: the lock must outlast that.
    private const int Deadlines = 3;

    private readonly ClusterLock _lock = new(etcd, timeouts.Call, takesOver);

    /// <summary>Time after which the lock of a run that died ends.</summary>
    public TimeSpan Life =>
        (Deadlines * timeouts.Defragment) + timeouts.Return + timeouts.GateMax + (3 * timeouts.Call);

    /// <returns><see langword="null"/> if it is ours; else why not, as a phrase.</returns>
    public Task<string?> TakeAsync(string holder, CancellationToken cancellationToken) => WhyNotAsync(
        () => _lock.TakeAsync(holder, Life, cancellationToken), $"{ClusterLock.Key} cannot be taken");

    /// <summary>Reads the lock and does not take it, as under NOSPACE, when etcd grants no lease.</summary>
    /// <param name="holder">What a run of this node would have written that was cut off.</param>
    /// <returns><see langword="null"/> if no other run has it; else a phrase.</returns>
    public Task<string?> WhyHeldAsync(string holder, CancellationToken cancellationToken) => WhyNotAsync(
        async () => await _lock.HolderAsync(cancellationToken) is { } other && other != holder ? other : null,
        $"{ClusterLock.Key} cannot be read");

    /// <inheritdoc cref="ClusterLock.RenewAsync"/>
    public async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _lock.RenewAsync(cancellationToken);
        }
        // The connection was closed, because its member was removed.
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Gives the lock back, or renews it a last time.</summary>
    /// <param name="isKept">True while a member may still be defragmenting: the lease then keeps other runs
    /// out.</param>
    /// <returns><see langword="null"/> if it is free now; else a sentence that says when it will be.</returns>
    public async Task<string?> EndAsync(bool isKept)
    {
        var reason = "a member may still be defragmenting";
        try
        {
            if (isKept)
                await _lock.RenewAsync(CancellationToken.None);
            else
                await _lock.ReleaseAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is EtcdException or OperationCanceledException)
        {
            (isKept, reason) = (true, e.Message);
        }
        return isKept ? $"the lock {ClusterLock.Key} ends by itself after {Life.TotalMinutes:0} min: {reason}" : null;
    }

    private static async Task<string?> WhyNotAsync(Func<Task<string?>> ask, string failed)
    {
        try
        {
            return await ask() is { } other
                ? $"another run has {ClusterLock.Key}: {DisplayText.Of(other, AnswerLimits.MaxErrorLength)}"
                : null;
        }
        // No lease is granted under NOSPACE, and none without a quorum.
        catch (EtcdException e)
        {
            return $"{failed}: {e.Message}";
        }
    }
}
