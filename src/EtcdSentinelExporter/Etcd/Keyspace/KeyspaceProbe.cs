using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Counts the keys of one follower of each polled cluster, one member after the other.</summary>
/// <param name="discovered">Discovers how etcd was started on this node.</param>
/// <param name="overrides">Settings that override what was discovered.</param>
/// <param name="members">Returns a member for each target, with connections that no other collector uses.</param>
/// <param name="roots">Where API servers may store their keys.</param>
/// <param name="isOneShot">True if somebody asks once.</param>
internal sealed class KeyspaceProbe(
    Func<CancellationToken, Task<EtcdDiscovered>> discovered, EtcdOverrides overrides,
    Func<ImmutableArray<EtcdTarget>, ImmutableArray<IKeyspaceMember>> members, Func<ImmutableArray<string>> roots,
    KeyspaceTimeouts timeouts, bool isOneShot, TimeProvider clock) : IProbe<KeyspaceReading>
{
    private static readonly TimeSpan History = TimeSpan.FromMinutes(65);

    public async ValueTask<KeyspaceReading> ReadAsync(KeyspaceReading? previous, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        var config = overrides.Complete(await discovered(cancellationToken));
        var readings = ImmutableArray.CreateBuilder<MemberKeyspace>();
        foreach (var member in members(EtcdTargets.Of(overrides, config.Installations)))
        {
            var before = previous?.Members.FirstOrDefault(one => one.Endpoint == member.Endpoint);
            readings.Add(await ReadAsync(member, before, cancellationToken));
        }
        return new(at, readings.ToImmutable());
    }

    private async Task<MemberKeyspace> ReadAsync(
        IKeyspaceMember member, MemberKeyspace? before, CancellationToken cancellationToken)
    {
        var now = before ?? new() { Endpoint = member.Endpoint };
        try
        {
            var (skip, counters) = await new KeyspaceTurn(member, timeouts, isOneShot, clock)
                .SkipAsync(before, cancellationToken);
            now = now with { Skip = skip, Failure = null, Counters = counters ?? now.Counters };
            return skip is null ? await CountAsync(member, now, cancellationToken) : Skipped(now);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            return Skipped(now) with { Failure = ProbeFailure.From(e) };
        }
    }

    private MemberKeyspace Skipped(MemberKeyspace now) =>
        now.Skip is { } skip && !KeyspaceSkip.KeepsCounts(skip) ? now with { Counts = null, Earlier = [] }
        : clock.GetUtcNow() - now.Counts?.At > timeouts.KeepCounts ? now with { Counts = null }
        : now;

    private async Task<MemberKeyspace> CountAsync(
        IKeyspaceMember member, MemberKeyspace now, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        var counter = new KeyCounter(member, roots(), now.Map, clock);
        try
        {
            var (counts, map) = await counter.CountAsync(cancellationToken);
            return now with
            {
                Counts = counts,
                Earlier = [.. now.Earlier.Where(one => at - one.At <= History), counts],
                Last = (at, counts.Took),
                Map = map,
            };
        }
        catch (EtcdException e)
        {
            return now with { Counts = null, Last = (at, counter.Took), Failure = ProbeFailure.From(e) };
        }
        // The poll has no time left: what it did counts for the pause after it.
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            return now with { Counts = null, Last = (at, counter.Took), Failure = ProbeFailure.From(e) };
        }
    }
}
