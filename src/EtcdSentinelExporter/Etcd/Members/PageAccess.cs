using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Reads a member that does not let us in, off the pages that it shows to anybody.</summary>
/// <param name="installation">How this very member was started; <see langword="null"/> when nobody knows.</param>
internal sealed class PageAccess(IMember member, EtcdInstallation? installation, TimeProvider clock)
{
    /// <summary>Whether it is for want of a certificate of ours that the member does not answer, so that its page may
    /// stand in.</summary>
    /// <remarks>A member that is down or hangs, and a certificate that is refused, must look like that.</remarks>
    public static bool IsLockedOut(EtcdException failure, IMember member) =>
        (failure.Reason is EtcdReason.Credentials && member.CredentialProblems.All(IsAbsence))
        || (failure.Reason is TlsReason.ClientCertificateRejected && !member.HasClientPair);

    // A pair that is torn, empty or mixed up is trouble, and must look like that.
    private static bool IsAbsence(LoadProblem problem) =>
        problem.Reason is LoadProblem.Missing or LoadProblem.Forbidden;

    /// <param name="now">As it was before the member was asked.</param>
    /// <param name="before">The same member in the last reading.</param>
    /// <param name="page">With a status and an identity.</param>
    public async Task<MemberReading> ReadAsync(
        MemberReading now, MemberReading? before, EtcdPage page, MemberRequests questions, CancellationToken limit)
    {
        var id = page.Identity!;
        now = now with
        {
            Status = page.Status,
            Quota = MemberQuotas.FromPage(page, installation),
            Identity = before?.Identity is { } known && known.MemberId == id.MemberId
                ? known with { Version = id.Version, Access = id.Access }
                : id with { Name = installation?.Name ?? "" },
            // What others told over gRPC ages, and is not told here.
            Peers = null,
            Compaction = Compaction.Seen(now.Compaction, key: null, page.CompactRevision, clock.GetUtcNow()),
            UnansweredStatuses = 0,
            StatusNotBefore = null,
        };
        questions.Forget(ProbeRecord.SerializableRead, ProbeRecord.LinearizableRead, ProbeRecord.MemberList);
        var alarms = questions.IsDue(ProbeRecord.Health, nth: 2)
            ? await AlarmsAsync(questions, limit)
            : before?.NoSpace;
        return now with
        {
            NoSpace = alarms,
            Alarms = alarms is { } isActive ? [new(id.MemberId, MemberAlarms.NoSpace, isActive)] : [],
        };
    }

    /// <returns><see langword="null"/> when the answers do not tell an alarm from other trouble.</returns>
    private async Task<bool?> AlarmsAsync(MemberRequests questions, CancellationToken limit)
    {
        var healthy = await AskAsync(despiteNoSpace: false);
        if (healthy is not false)
            return healthy is true ? false : null;
        return await AskAsync(despiteNoSpace: true) is true ? true : null;

        async Task<bool?> AskAsync(bool despiteNoSpace)
        {
            var (answer, failure) = await questions.AskAsync(
                ProbeRecord.Health, token => member.IsHealthyAsync(despiteNoSpace, token), limit);
            return failure is null ? answer : null;
        }
    }
}
