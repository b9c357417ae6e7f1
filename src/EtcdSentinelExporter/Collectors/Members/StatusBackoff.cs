using EtcdSentinelExporter.Etcd;

namespace EtcdSentinelExporter.Collectors.Members;

/// <summary>Spares a member that takes <c>Status</c> calls and does not answer them.</summary>
/// <remarks>
/// A call that its client gave up stays blocked inside etcd for as long as the backend is locked, so each try would leave
/// one more behind. A member that cannot be reached at all costs nothing, and is asked at every poll.
/// </remarks>
internal static class StatusBackoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <param name="page">When it says that nothing is being defragmented any more, the wait is over.</param>
    public static bool Waits(MemberReading? before, EtcdPage? page, DateTimeOffset now) =>
        before?.StatusNotBefore > now && !(before.IsDefragmenting is true && page?.IsDefragmenting is false);

    public static MemberReading Unanswered(MemberReading member, EtcdException failure, TimeSpan every, DateTimeOffset now)
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
