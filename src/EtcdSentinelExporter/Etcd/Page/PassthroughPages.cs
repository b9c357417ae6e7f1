using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>Hands out the metrics pages of the members that are watched, part of each, as they are now.</summary>
/// <param name="discovered">How etcd was started on this node.</param>
/// <param name="given">What the settings say; it beats what was discovered.</param>
/// <param name="links">Of its own, and disposed with this: a slow scrape must not hold up a probe.</param>
/// <param name="families">Those that are passed on.</param>
internal sealed class PassthroughPages(
    Func<CancellationToken, Task<EtcdDiscovered>> discovered,
    EtcdOverrides given,
    EtcdLinks links,
    PassthroughFamilies families) : IDisposable
{
    // While the files cannot be read, etcd still runs as they said last.
    private EtcdInstallation? _known;

    /// <summary>The members, now. Empty where no etcd is configured and none was found.</summary>
    /// <exception cref="FormatException">etcd is expected, and the files that say where cannot be read.</exception>
    public async Task<ImmutableArray<EtcdTarget>> TargetsAsync(CancellationToken cancellationToken)
    {
        var now = await discovered(cancellationToken);
        if (now.Problem is null)
            Volatile.Write(ref _known, now.Found);
        var targets = EtcdTargets.Of(given, now.Found ?? Volatile.Read(ref _known));
        if (!targets.IsEmpty)
            return targets;
        if (now.Problem is { } problem)
            throw new FormatException(problem.Message);
        // An empty answer means that no etcd is expected here: where one is started, it must not be given.
        return now.Found is { } here
            ? throw new FormatException(
                $"{here.Source} starts an etcd whose addresses are not known; set etcd.endpoints.")
            : targets;
    }

    /// <summary>Copies the page of one member while it arrives.</summary>
    /// <param name="targets">From <see cref="TargetsAsync"/>.</param>
    /// <param name="target">One of them.</param>
    /// <param name="begin">Gets the page's content type, once, and says where its lines go.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <exception cref="EtcdException">No page, or not all of it; the reason says why.</exception>
    /// <exception cref="FormatException">What answers is no metrics page, or breaks off.</exception>
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
