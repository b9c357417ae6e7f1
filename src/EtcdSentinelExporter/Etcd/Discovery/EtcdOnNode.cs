using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Caches how etcd was started on this node: one read serves all collectors that poll at the same
/// time.</summary>
/// <param name="read">Reads the node's files.</param>
/// <param name="within">Timeout of one read.</param>
/// <param name="clock">Measures the timeout.</param>
internal sealed class EtcdOnNode(
    Func<CancellationToken, Task<EtcdDiscovered>> read, TimeSpan within, TimeProvider clock)
{
    private readonly Shared<EtcdDiscovered> _shared =
        new((_, token) => read(token), Shared.FreshFor, within, clock);

    /// <summary>Returns the cached or a new result. A hanging or slow disk is a problem with the reason
    /// <see cref="EtcdConfigProblem.Timeout"/>, not an exception.</summary>
    /// <remarks>The disk with the manifest may be the one that is dying, and etcd must be polled all the
    /// same.</remarks>
    public async Task<EtcdDiscovered> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _shared.GetAsync(cancellationToken);
        }
        // The limit may also end the read between two files: the disk is slow then.
        catch (Exception e) when (e is TimeoutException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new([], LookedAt: [],
            [
                new("/", EtcdConfigProblem.Timeout,
                    "Cannot read etcd's configuration: the disk does not respond in time"),
            ]);
        }
    }
}
