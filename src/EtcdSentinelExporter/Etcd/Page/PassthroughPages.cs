using System.Collections.Concurrent;
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
    PassthroughFamilies families,
    TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan PreferredEvery = TimeSpan.FromMinutes(5);

    // The address of a member that worked instead of the preferred one, and since when.
    private readonly ConcurrentDictionary<EtcdEndpoint, (Uri Url, long Since)> _working = new();

    /// <summary>Returns the current members; empty if no etcd is configured, and none is expected on this
    /// node.</summary>
    /// <exception cref="FormatException">An etcd is expected, but its configuration cannot be read or has no usable
    /// address.</exception>
    public async Task<ImmutableArray<EtcdTarget>> TargetsAsync(CancellationToken cancellationToken)
    {
        var now = overrides.Complete(await discovered(cancellationToken));
        var targets = EtcdTargets.Of(overrides, now.Installations);
        return targets.IsEmpty && now.Problem is { } problem ? throw new FormatException(problem.Message) : targets;
    }

    /// <summary>Streams the page of one member, from the first of its addresses that works.</summary>
    /// <param name="targets">From <see cref="TargetsAsync"/>.</param>
    /// <param name="target">One of them.</param>
    /// <param name="begin">Called once with the page's content type; returns the consumer of its lines.</param>
    /// <exception cref="EtcdException">The page could not be fetched completely; see the reason.</exception>
    /// <exception cref="FormatException">The page is not a metrics page, or is truncated.</exception>
    public async Task CopyAsync(
        ImmutableArray<EtcdTarget> targets,
        EtcdTarget target,
        Func<string, TakeBytes> begin,
        CancellationToken cancellationToken)
    {
        var all = targets.SelectMany(one => one.Candidates()).ToImmutableArray();
        var opened = links.To(all);
        var candidates = target.Candidates().DistinctBy(candidate => candidate.MetricsUrl).ToImmutableArray();
        var working = _working.TryGetValue(target.Endpoint, out var known)
            && clock.GetElapsedTime(known.Since) < PreferredEvery ? known.Url : null;
        var hasBegun = false;
        EtcdException? first = null;
        foreach (var candidate in candidates.OrderByDescending(one => one.MetricsUrl == working))
        {
            // While the member is down, an advertised address may lead to another one: that of a load balancer.
            if (first?.Reason is EtcdReason.Unreachable && !candidate.IsLocal)
                continue;
            try
            {
                await CopyAsync(opened[all.IndexOf(candidate)], candidate.MetricsUrl, Begin, cancellationToken);
                if (candidate.MetricsUrl != working)
                    _working[target.Endpoint] = (candidate.MetricsUrl, clock.GetTimestamp());
                return;
            }
            // Half a page cannot be taken back.
            catch (EtcdException e) when (!hasBegun && EtcdTarget.IsWrongAddress(e.Reason))
            {
                first ??= e;
            }
        }
        throw first!;

        TakeBytes Begin(string type)
        {
            hasBegun = true;
            return begin(type);
        }
    }

    private Task<bool> CopyAsync(
        EtcdLink link, Uri url, Func<string, TakeBytes> begin, CancellationToken cancellationToken) =>
        link.Pages.GetMetricsAsync(
            url,
            async (page, type, token) =>
            {
                await PassthroughFilter.CopyAsync(page, families, begin(type), token);
                return true;
            },
            cancellationToken);

    public void Dispose() => links.Dispose();
}
