using EtcdSentinelExporter.Etcd.Client;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Exponential backoff of <c>Status</c> calls to a member that accepts them without a response, and has no
/// readable metrics page.</summary>
/// <remarks>
/// A call that its client gave up stays blocked inside etcd as long as the backend is locked, so each retry would
/// add another blocked call. A member that refuses connections has no such cost, and a member with a readable page
/// is polled there.
/// </remarks>
internal static class StatusBackoff
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(5);

    /// <summary>True if no <c>Status</c> call may be sent now.</summary>
    /// <param name="page">Why the page could not be read in this poll; <see langword="null"/> if it could.</param>
    public static bool IsWaiting(MemberReading? before, EtcdException? page, DateTimeOffset now) =>
        before?.StatusNotBefore > now && page is not null && page.Reason is not EtcdReason.Unreachable;

    public static MemberReading Unanswered(
        MemberReading member, EtcdException failure, TimeSpan every, DateTimeOffset now)
    {
        if (failure is { Reason: EtcdReason.Busy } or { IsLogin: true })
            return member;
        if (failure.Reason is not EtcdReason.Timeout)
            return member with { UnansweredStatuses = 0, StatusNotBefore = null };
        // The first retry comes with the next poll: one lost response is not a pattern yet.
        var doublings = Math.Min(member.UnansweredStatuses, 16);
        var wait = TimeSpan.FromTicks(Math.Min(every.Ticks << doublings, MaxWait.Ticks)) - (every / 2);
        return member with { UnansweredStatuses = member.UnansweredStatuses + 1, StatusNotBefore = now + wait };
    }
}
