using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Polls all members concurrently: a member that does not respond does not delay the others.</summary>
/// <param name="discovered">Discovers how etcd was started on this node.</param>
/// <param name="overrides">Settings that override what was discovered.</param>
/// <param name="members">Returns a member for each target, with the connections of the last poll.</param>
internal sealed class MembersProbe(
    Func<CancellationToken, Task<EtcdDiscovered>> discovered,
    EtcdOverrides overrides,
    Func<ImmutableArray<EtcdTarget>, ImmutableArray<IMember>> members,
    TimeSpan every,
    MembersLog log,
    TimeProvider clock) : IProbe<MembersReading>
{
    public async ValueTask<MembersReading> ReadAsync(MembersReading? previous, CancellationToken cancellationToken)
    {
        var config = overrides.Complete((await discovered(cancellationToken)).After(previous?.Config));
        var targets = EtcdTargets.Of(overrides, config.All);
        var at = clock.GetUtcNow();
        var before = previous?.Members.DistinctBy(m => m.Endpoint, StringComparer.Ordinal)
            .ToDictionary(m => m.Endpoint, StringComparer.Ordinal) ?? [];
        var candidates = members([.. targets.SelectMany(target => target.Candidates())]);
        var starts = targets.Select((_, nth) => targets.Take(nth).Sum(target => target.Candidates().Length));
        var readings = await Task.WhenAll(targets.Zip(starts, (target, start) => ExamineAsync(
            candidates.Slice(start, target.Candidates().Length), target.Installation, before, cancellationToken)));
        var reading = new MembersReading(at, config, [.. readings]);
        log.Changes(previous, reading);
        return reading;
    }

    // The address that worked last comes first. Another one is used only if it works, and leads to the same member: an
    // advertised address may be that of a load balancer.
    private async Task<MemberReading> ExamineAsync(
        ImmutableArray<IMember> candidates, EtcdInstallation? installation, Dictionary<string, MemberReading> previous,
        CancellationToken cancellationToken)
    {
        var before = candidates.Select(member => previous.GetValueOrDefault(member.Endpoint))
            .FirstOrDefault(known => known is not null);
        MemberReading? first = null;
        foreach (var member in candidates.OrderByDescending(member => member.Endpoint == before?.Endpoint))
        {
            var reading = await ExamineAsync(member, installation, before, cancellationToken);
            var isRight = first is null
                ? reading.IsUp || !EtcdTarget.IsWrongAddress(reading.Failure!.Reason)
                : reading.IsUp && (before?.Identity?.MemberId is not { } id || reading.Identity?.MemberId == id);
            if (isRight)
                return reading;
            first ??= reading;
        }
        return first!;
    }

    private async Task<MemberReading> ExamineAsync(
        IMember member, EtcdInstallation? installation, MemberReading? before, CancellationToken cancellationToken)
    {
        try
        {
            return await new MemberExaminer(member, installation, every, clock)
                .ExamineAsync(before, cancellationToken);
        }
        // An unexpected exception for one member must not hide the others.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new()
            {
                Endpoint = member.Endpoint,
                Identity = before?.Identity,
                Failure = new(MemberFailure.Bug, $"{e.GetType().Name}: {e.Message}"),
            };
        }
    }
}
