using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Caches how etcd was started on this node: one read serves all collectors that poll at the same time.
/// Remembers what a problem hides.</summary>
/// <param name="read">Reads the node's files.</param>
/// <param name="within">Timeout of one read.</param>
/// <param name="clock">Measures the timeout.</param>
internal sealed class EtcdOnNode(
    Func<CancellationToken, Task<EtcdDiscovered>> read, TimeSpan within, TimeProvider clock)
{
    private static readonly EtcdDiscovered TimedOut = new([], LookedAt: [],
    [
        new("/", EtcdConfigProblem.Timeout,
            "Cannot read etcd's configuration: the disk does not respond in time"),
    ]);

    private readonly Shared<EtcdDiscovered> _shared =
        new(async (last, token) => (await read(token)).After(last), Shared.FreshFor, within, clock);

    private EtcdDiscovered? _last;

    /// <summary>Returns the cached or a new result. A hanging or slow disk is a problem with the reason
    /// <see cref="EtcdConfigProblem.Timeout"/>, not an exception.</summary>
    /// <remarks>The disk with the manifest may be the one that is dying, and etcd must be polled all the
    /// same.</remarks>
    public async Task<EtcdDiscovered> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = await _shared.GetAsync(cancellationToken);
            Volatile.Write(ref _last, now);
            return now;
        }
        // The limit may also end the read between two files: the disk is slow then.
        catch (Exception e) when (e is TimeoutException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return TimedOut.After(Volatile.Read(ref _last));
        }
    }
}
