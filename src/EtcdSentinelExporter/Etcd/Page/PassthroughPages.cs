using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>Passes through the selected families of the members' current metrics pages.</summary>
/// <param name="discovered">Discovers how etcd was started on this node.</param>
/// <param name="overrides">Settings that override what was discovered.</param>
/// <param name="links">Not shared, and disposed with this object: a slow scrape must not delay a probe.</param>
internal sealed class PassthroughPages(
    Func<CancellationToken, Task<EtcdDiscovered>> discovered,
    EtcdOverrides overrides,
    EtcdLinks links,
    PassthroughFamilies families) : IDisposable
{
    // While the files cannot be read, etcd is assumed to run as before.
    private EtcdInstallation? _known;

    /// <summary>Returns the current members; empty if no etcd is configured and none was found.</summary>
    /// <exception cref="FormatException">etcd's configuration cannot be read, or has no usable address.</exception>
    public async Task<ImmutableArray<EtcdTarget>> TargetsAsync(CancellationToken cancellationToken)
    {
        var now = await discovered(cancellationToken);
        if (now.Problem is null)
            Volatile.Write(ref _known, now.Found);
        var targets = EtcdTargets.Of(overrides, now.Found ?? Volatile.Read(ref _known));
        if (!targets.IsEmpty)
            return targets;
        if (now.Problem is { } problem)
            throw new FormatException(problem.Message);
        // An empty result means that no etcd is expected on this node, so a node that starts etcd must not get one.
        return now.Found is { } installation
            ? throw new FormatException(
                $"{installation.Source} starts etcd without a usable client URL; set etcd.endpoints.")
            : targets;
    }

    /// <summary>Streams the page of one member.</summary>
    /// <param name="targets">From <see cref="TargetsAsync"/>.</param>
    /// <param name="target">One of them.</param>
    /// <param name="begin">Called once with the page's content type; returns the consumer of its lines.</param>
    /// <exception cref="EtcdException">The page could not be fetched completely; see the reason.</exception>
    /// <exception cref="FormatException">The page is not a metrics page, or is truncated.</exception>
    public Task CopyAsync(
        ImmutableArray<EtcdTarget> targets,
        EtcdTarget target,
        Func<string, TakeBytes> begin,
        CancellationToken cancellationToken) =>
        links.To(targets)[targets.IndexOf(target)].Pages.GetMetricsAsync(
            target.MetricsUrl,
            async (page, type, token) =>
            {
                await PassthroughFilter.CopyAsync(page, families, begin(type), token);
                return true;
            },
            cancellationToken);

    public void Dispose() => links.Dispose();
}
