using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Versions;
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
    /// <summary>Handed over in each reading.</summary>
    public AdvisoryTable Advisories { get; init; } = AdvisoryTable.Shipped;

    public async ValueTask<MembersReading> ReadAsync(MembersReading? previous, CancellationToken cancellationToken)
    {
        var config = overrides.Complete(await discovered(cancellationToken));
        var targets = EtcdTargets.Of(overrides, config.Installations);
        var at = clock.GetUtcNow();
        var before = previous?.Members.DistinctBy(m => m.Endpoint, StringComparer.Ordinal)
            .ToDictionary(m => m.Endpoint, StringComparer.Ordinal) ?? [];
        var candidates = members([.. targets.SelectMany(target => target.Candidates())]);
        var starts = targets.Select((_, nth) => targets.Take(nth).Sum(target => target.Candidates().Length));
        var readings = await Task.WhenAll(targets.Zip(starts, (target, start) => ExamineAsync(
            candidates.Slice(start, target.Candidates().Length), target.Installation, before, cancellationToken)));
        var reading = new MembersReading(at, config, [.. readings]) { Advisories = Advisories };
        log.Changes(previous, reading);
        return reading;
    }

    private Task<MemberReading> ExamineAsync(
        ImmutableArray<IMember> candidates, EtcdInstallation? installation, Dictionary<string, MemberReading> previous,
        CancellationToken cancellationToken)
    {
        var before = candidates.Select(member => previous.GetValueOrDefault(member.Endpoint))
            .FirstOrDefault(known => known is not null);
        return new MemberAddresses(
            candidates, installation,
            (member, known) => ExamineAsync(member, installation, known, cancellationToken), clock)
            .ExamineAsync(before);
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
