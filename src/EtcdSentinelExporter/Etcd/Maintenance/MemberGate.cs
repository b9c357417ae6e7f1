using EtcdSentinelExporter.Etcd.Client;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>Waits between two members until all have answered for a while.</summary>
/// <param name="read">Reads the cluster anew: Status and a linearizable read of every member.</param>
/// <param name="silent">Members that may stay silent.</param>
internal sealed class MemberGate(
    Func<CancellationToken, Task<ClusterFacts>> read, ImmutableHashSet<ulong> silent, MaintenanceTimeouts timeouts,
    TimeProvider clock)
{
    /// <summary>Passes after <see cref="MaintenanceTimeouts.GateMin"/>, if every member answered everything during the
    /// last <see cref="MaintenanceTimeouts.GateQuiet"/>.</summary>
    /// <returns><see langword="null"/> if it passed; else what failed last before
    /// <see cref="MaintenanceTimeouts.GateMax"/>.</returns>
    public async Task<string?> PassAsync(CancellationToken cancellationToken)
    {
        var begin = clock.GetTimestamp();
        var good = begin;
        for (var failure = (string?)null; ; await Task.Delay(timeouts.Pause, clock, cancellationToken))
        {
            failure = await FailureAsync(cancellationToken);
            if (failure is not null)
                good = clock.GetTimestamp();
            var waited = clock.GetElapsedTime(begin);
            if (failure is null && waited >= timeouts.GateMin && clock.GetElapsedTime(good) >= timeouts.GateQuiet)
                return null;
            if (waited >= timeouts.GateMax)
                return failure ?? "the members did not answer without a pause";
        }
    }

    // No member that this node knows answers.
    private async Task<string?> FailureAsync(CancellationToken cancellationToken)
    {
        try
        {
            return FailureIn(await read(cancellationToken), silent);
        }
        catch (EtcdException e)
        {
            return e.Message;
        }
    }

    /// <summary>What is wrong with the cluster; <see langword="null"/> if every member answers, and one
    /// leads.</summary>
    /// <param name="silent">Members that need not answer.</param>
    public static string? FailureIn(ClusterFacts cluster, ImmutableHashSet<ulong> silent) =>
        cluster.Members.FirstOrDefault(
            member => member.Failure is not null && !silent.Contains(member.Id)) is { } failed
            ? $"{failed.Title} does not answer: {failed.Failure}"
            : cluster.Leader is null ? "the members name no leader, or several" : null;
}
