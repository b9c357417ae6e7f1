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
        var config = Config(await discovered(cancellationToken), previous?.Config);
        var targets = EtcdTargets.Of(overrides, config.Installation);
        // With unreadable files and no endpoint to fall back to, the whole poll fails.
        if (targets.IsEmpty && config.Problem is { } problem)
            throw ToException(problem);
        if (targets.IsEmpty && config.Installation is { } installation)
        {
            throw new FormatException(
                $"{installation.Source} starts etcd without a usable client URL: {Reason(installation)} "
                + "Set etcd.endpoints.");
        }

        var at = clock.GetUtcNow();
        var before = previous?.Members.ToDictionary(m => m.Endpoint, StringComparer.Ordinal) ?? [];
        var readings = await Task.WhenAll(members(targets).Zip(targets, (member, target) =>
            ExamineAsync(member, target, before.GetValueOrDefault(member.Endpoint), cancellationToken)));
        var reading = new MembersReading(at, config, [.. readings]);
        log.Changes(previous, reading);
        return reading;
    }

    private async Task<MemberReading> ExamineAsync(
        IMember member, EtcdTarget target, MemberReading? before, CancellationToken cancellationToken)
    {
        try
        {
            return await new MemberExaminer(member, target.Installation, every, clock)
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

    private static string Reason(EtcdInstallation installation) =>
        installation.Notes is [_, ..] notes ? string.Join(' ', notes) : "no client URL is set.";

    private static Exception ToException(EtcdConfigProblem problem) => problem.Reason switch
    {
        EtcdConfigProblem.Malformed => new FormatException(problem.Message),
        EtcdConfigProblem.Forbidden => new UnauthorizedAccessException(problem.Message),
        EtcdConfigProblem.Timeout => new TimeoutException(problem.Message),
        _ => new IOException(problem.Message),
    };

    // The kubelet keeps the old pod while a manifest is half written, so we keep polling the etcd of the old manifest.
    private static EtcdConfig Config(EtcdDiscovered now, EtcdConfig? before) => new(
        now.Problem is null ? now.Found : now.Found ?? before?.Installation, now.Problem, now.LookedAt);
}
