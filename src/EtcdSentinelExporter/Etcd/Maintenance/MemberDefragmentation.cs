using EtcdSentinelExporter.Etcd.Client;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>Defragments one member: one attempt.</summary>
/// <param name="cluster">Finds the member, and reads it before and after.</param>
/// <param name="guard">Has the last word, by what is read immediately before the call.</param>
internal sealed class MemberDefragmentation(
    MaintenanceCluster cluster, DefragmentGuard guard, MaintenanceTimeouts timeouts, TimeProvider clock)
{
    /// <summary>Reads all members; then defragments the one, if the guard does not refuse it; then waits until it
    /// answers again.</summary>
    /// <returns>What happened.</returns>
    /// <exception cref="EtcdException">Nothing was sent: no member that this node knows answers.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the call. The call itself is not
    /// given up: etcd would go on without us.</exception>
    public async Task<DefragmentationResult> RunAsync(ulong id, CancellationToken cancellationToken)
    {
        var before = await cluster.ReadAsync(cancellationToken);
        var member = before.Find(id);
        if (guard.WhyNot(before, id) is { } reason)
            return new(id, member, null, TimeSpan.Zero, reason);
        cancellationToken.ThrowIfCancellationRequested();
        var client = cluster.Member(id).Client;
        var begin = clock.GetTimestamp();
        try
        {
            await client.DefragmentAsync(CancellationToken.None);
        }
        catch (EtcdException e)
        {
            return new(id, member, null, clock.GetElapsedTime(begin), $"{e.Reason}: {e.Message}")
            {
                MayContinue = MayContinueAfter(e.Reason),
            };
        }
        return await ReturnedAsync(member!, begin);
    }

    /// <summary>True unless the reason proves that etcd did not begin. After any other one, such as a connection that
    /// broke, etcd goes on without a client.</summary>
    /// <param name="reason">One of <see cref="EtcdReason"/>.</param>
    public static bool MayContinueAfter(string reason) => reason is not (EtcdReason.Busy or EtcdReason.Credentials
        or EtcdReason.Auth or EtcdReason.Learner or EtcdReason.Unsupported);

    private async Task<DefragmentationResult> ReturnedAsync(MemberFacts member, long begin)
    {
        var end = clock.GetTimestamp();
        for (MemberFacts? last = null; ; await Task.Delay(timeouts.Pause, clock))
        {
            last = (await cluster.Member(member.Id).ReadAsync(member, CancellationToken.None)).Facts;
            var blocked = clock.GetElapsedTime(begin);
            if (last.Failure is null)
                return new(member.Id, member, last, blocked, null);
            if (clock.GetElapsedTime(end) > timeouts.Return)
                return new(member.Id, member, null, blocked, $"it does not answer again: {last.Failure}");
        }
    }
}

/// <summary>Result of one defragmentation.</summary>
/// <param name="Before">The member before the call; <see langword="null"/> if it was not found.</param>
/// <param name="After"><see langword="null"/> if it failed.</param>
/// <param name="Blocked">From the call until the member answered again; zero if nothing was sent.</param>
/// <param name="Failure"><see langword="null"/> if it succeeded.</param>
internal sealed record DefragmentationResult(
    ulong MemberId, MemberFacts? Before, MemberFacts? After, TimeSpan Blocked, string? Failure)
{
    /// <summary>True if etcd may still be defragmenting: the deadline passed, or the connection broke.</summary>
    public bool MayContinue { get; init; }
}
