using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Keyspace;

/// <summary>Decides if the keys of a member are counted now.</summary>
/// <param name="isOneShot">True to count on any follower, also if the last count was long: somebody asks for
/// it.</param>
internal sealed class KeyspaceTurn(
    IKeyspaceMember member, KeyspaceTimeouts timeouts, bool isOneShot, TimeProvider clock)
{
    /// <summary>Commits that take longer mean that the disk is busy enough.</summary>
    public const double MaxCommitSeconds = 0.05;

    /// <summary>A count is not repeated before this many times its duration.</summary>
    public const int RestFactor = 1000;

    /// <param name="before">The same member at the last poll.</param>
    /// <returns>Why not, or <see langword="null"/>; and the counters of etcd's page.</returns>
    public async Task<(string? Skip, EtcdCounters? Counters)> SkipAsync(
        MemberKeyspace? before, CancellationToken cancellationToken)
    {
        StatusResponse status;
        try
        {
            status = await member.StatusAsync(cancellationToken);
            if (OfStatus(status) is { } skip)
                return (skip, null);
            if (!IsTurn(await member.MembersAsync(cancellationToken), status))
                return (KeyspaceSkip.OtherMember, null);
        }
        catch (EtcdException e)
        {
            return (IsNoAccess(e) ? KeyspaceSkip.NoAccess : KeyspaceSkip.Unanswered, null);
        }
        if (!isOneShot && before?.Last is { } last && clock.GetUtcNow() < last.At + (last.Took * RestFactor))
            return (KeyspaceSkip.NotDue, null);
        return await OfPageAsync(before, cancellationToken);
    }

    private static bool IsNoAccess(EtcdException e) => e.IsLogin
        || e.Reason is EtcdReason.Auth or EtcdReason.Credentials
        || EtcdReason.Blind.Contains(e.Reason, StringComparer.Ordinal);

    private static string? OfStatus(StatusResponse status) =>
        status.IsLearner ? KeyspaceSkip.Learner
        : status.Leader == 0 ? KeyspaceSkip.NoLeader
        : StatusErrors.Parse(status.Errors).Alarms is [_, ..] ? KeyspaceSkip.Alarm
        : null;

    private bool IsTurn(MemberListResponse list, StatusResponse status)
    {
        ulong[] followers =
        [
            .. list.Members.Where(one => !one.IsLearner && one.Name.Length > 0 && one.ID != status.Leader)
                .Select(one => one.ID).Order(),
        ];
        var own = status.Header.MemberId;
        return followers is []
            ? own == status.Leader
            : isOneShot ? own != status.Leader : own == followers[0];
    }

    private async Task<(string? Skip, EtcdCounters? Counters)> OfPageAsync(
        MemberKeyspace? before, CancellationToken cancellationToken)
    {
        var first = await member.PageAsync(cancellationToken);
        if (first?.IsDefragmenting is true)
            return (KeyspaceSkip.Defragmenting, null);
        await Task.Delay(timeouts.Window, clock, cancellationToken);
        var second = await member.PageAsync(cancellationToken);
        if (second?.IsDefragmenting is true)
            return (KeyspaceSkip.Defragmenting, null);
        if (first?.Counters is not { } begin || second?.Counters is not { Commits: not null } end)
            return (KeyspaceSkip.UnknownCommits, null);
        // Now, and since the last poll.
        var isSlow = IsSlow(begin, end) || (before?.Counters is { } last && IsSlow(last, end));
        return (isSlow ? KeyspaceSkip.SlowCommits : null, end);
    }

    private static bool IsSlow(EtcdCounters begin, EtcdCounters end) =>
        begin.Started == end.Started && EtcdActivity.Of([begin, end])?.Commit?.Seconds > MaxCommitSeconds;
}
