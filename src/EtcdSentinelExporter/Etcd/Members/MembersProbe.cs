using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Examines every member at once: a silent one costs the others nothing.</summary>
/// <param name="discovered">How etcd was started on this node, read anew.</param>
/// <param name="given">What the settings say; it beats what was discovered.</param>
/// <param name="members">A member to ask for each target, connected as it was in the poll before.</param>
internal sealed class MembersProbe(
    Func<CancellationToken, Task<EtcdDiscovered>> discovered,
    EtcdOverrides given,
    Func<ImmutableArray<EtcdTarget>, ImmutableArray<IMember>> members,
    TimeSpan every,
    MembersLog log,
    TimeProvider clock) : IProbe<MembersReading>
{
    public async ValueTask<MembersReading> ReadAsync(MembersReading? previous, CancellationToken cancellationToken)
    {
        var config = Config(await discovered(cancellationToken), previous?.Config);
        var targets = EtcdTargets.Of(given, config.Installation);
        // Without an endpoint to fall back to, unreadable files mean that nothing at all can be seen.
        if (targets.IsEmpty && config.Problem is { } problem)
            throw Unseen(problem);
        if (targets.IsEmpty && config.Installation is { } here)
        {
            throw new FormatException(
                $"{here.Source} starts an etcd that cannot be asked: {Why(here)} Set etcd.endpoints.");
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
        // What nobody foresaw about one member must not hide the others.
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

    private static string Why(EtcdInstallation here) =>
        here.Notes is [_, ..] notes ? string.Join(' ', notes) : "it names no client URL.";

    private static Exception Unseen(EtcdConfigProblem problem) => problem.Reason switch
    {
        EtcdConfigProblem.Malformed => new FormatException(problem.Message),
        EtcdConfigProblem.Forbidden => new UnauthorizedAccessException(problem.Message),
        EtcdConfigProblem.Timeout => new TimeoutException(problem.Message),
        _ => new IOException(problem.Message),
    };

    // kubelet keeps the old pod while a manifest is half-written: so do we keep asking the etcd that it names.
    private static EtcdConfig Config(EtcdDiscovered now, EtcdConfig? before) => new(
        now.Problem is null ? now.Found : now.Found ?? before?.Installation, now.Problem, now.LookedAt);
}
