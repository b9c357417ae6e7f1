using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>The lock of a run of several steps: its lease is longer than one step, and each step renews it.</summary>
/// <param name="etcd">The member that is asked.</param>
internal sealed class RunLock(EtcdClient etcd, MaintenanceTimeouts timeouts)
{
    private readonly ClusterLock _lock = new(etcd, timeouts.Call);

    /// <summary>Time after which the lock of a run that died ends.</summary>
    public TimeSpan Life => timeouts.Defragment + timeouts.Return + timeouts.GateMax + (3 * timeouts.Call);

    /// <returns><see langword="null"/> if it is ours; else why not, as a phrase.</returns>
    public async Task<string?> TakeAsync(string holder, CancellationToken cancellationToken)
    {
        try
        {
            return await _lock.TakeAsync(holder, Life, cancellationToken) is { } other
                ? $"another run has {ClusterLock.Key}: {DisplayText.Of(other, AnswerLimits.MaxErrorLength)}"
                : null;
        }
        // No lease is granted under NOSPACE, and none without a quorum.
        catch (EtcdException e)
        {
            return $"{ClusterLock.Key} cannot be taken: {e.Message}";
        }
    }

    /// <inheritdoc cref="ClusterLock.RenewAsync"/>
    public Task<bool> RenewAsync(CancellationToken cancellationToken) => _lock.RenewAsync(cancellationToken);

    /// <summary>Gives the lock back.</summary>
    /// <returns><see langword="null"/> if it is free now; else a sentence that says when it will be.</returns>
    public async Task<string?> ReleaseAsync()
    {
        try
        {
            await _lock.ReleaseAsync(CancellationToken.None);
            return null;
        }
        catch (EtcdException e)
        {
            return $"the lock {ClusterLock.Key} ends by itself after {Life.TotalMinutes:0} min: {e.Message}";
        }
    }
}
