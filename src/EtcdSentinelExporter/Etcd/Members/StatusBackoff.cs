using EtcdSentinelExporter.Etcd.Client;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Spares a member that takes <c>Status</c> calls, does not answer them, and shows no page
/// that says why.</summary>
/// <remarks>
/// A call that its client gave up stays blocked inside etcd for as long as the backend is locked, so each try would
/// leave one more behind. A member that refuses connections costs nothing, and one whose page answers is
/// looked at there.
/// </remarks>
internal static class StatusBackoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <param name="page">Why the page could not be read in this poll; <see langword="null"/> when it could.</param>
    public static bool Waits(MemberReading? before, EtcdException? page, DateTimeOffset now) =>
        before?.StatusNotBefore > now && page is not null && page.Reason is not EtcdReason.Unreachable;

    public static MemberReading Unanswered(
        MemberReading member, EtcdException failure, TimeSpan every, DateTimeOffset now)
    {
        if (failure.Reason is EtcdReason.Busy)
            return member;
        if (failure.Reason is not EtcdReason.Timeout)
            return member with { UnansweredStatuses = 0, StatusNotBefore = null };
        // The first repetition comes with the next poll: one lost answer is no pattern yet.
        var doublings = Math.Min(member.UnansweredStatuses, 16);
        var wait = TimeSpan.FromTicks(Math.Min(every.Ticks << doublings, Longest.Ticks)) - (every / 2);
        return member with { UnansweredStatuses = member.UnansweredStatuses + 1, StatusNotBefore = now + wait };
    }
}
