using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>How etcd was started on this node, read once for all collectors that poll together.</summary>
/// <param name="read">Reads the node's files.</param>
/// <param name="within">Time for one read.</param>
/// <param name="clock">Measures it.</param>
internal sealed class EtcdOnNode(
    Func<CancellationToken, Task<EtcdDiscovered>> read, TimeSpan within, TimeProvider clock)
{
    private readonly Shared<EtcdDiscovered> _shared =
        new((_, token) => read(token), Shared.FreshFor, within, clock);

    /// <summary>Never throws for a disk that hangs: that is a problem with the reason
    /// <see cref="EtcdConfigProblem.Timeout"/>. The disk that holds the manifest may be the very one that is dying, and
    /// etcd must be asked all the same.</summary>
    public async Task<EtcdDiscovered> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _shared.GetAsync(cancellationToken);
        }
        catch (TimeoutException)
        {
            return new(Found: null, LookedAt: [], new(
                "/", EtcdConfigProblem.Timeout, "etcd's configuration cannot be read: the disk does not answer"));
        }
    }
}
