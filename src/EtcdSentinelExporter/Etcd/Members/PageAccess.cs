using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Versions;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Reads a member that does not let the exporter in, from the pages that need no certificate and no
/// user.</summary>
/// <param name="installation">How this member was started; <see langword="null"/> if unknown.</param>
internal sealed class PageAccess(IMember member, EtcdInstallation? installation, TimeProvider clock)
{
    // Before it, etcd writes an entry to the raft log for each request of /health.
    private static readonly EtcdVersion HealthWithoutEntry = new(3, 4, 29);

    // etcd raises NOSPACE when a request does not fit any more. By default one has at most 1.5 MiB.
    private const double NearQuota = 0.8;
    private const long MaxRequestBytes = 2 << 20;

    /// <summary>True if etcd rejected us only because we have no client certificate, no token, or a user without
    /// rights; its metrics page is used instead.</summary>
    /// <remarks>A member that is down or hangs, and a certificate that is rejected, must stay visible as
    /// such.</remarks>
    public static bool IsLockedOut(EtcdException failure, IMember member) =>
        failure is { Reason: EtcdReason.Auth } or { IsLogin: true }
        || (failure.Reason is EtcdReason.Credentials && member.CredentialProblems.All(IsAbsence))
        || (failure.Reason is TlsReason.ClientCertificateRejected && !member.HasClientPair);

    // A pair that is half written, empty or mismatched is a failure, and must stay visible as such.
    private static bool IsAbsence(LoadProblem problem) =>
        problem.Reason is LoadProblem.Missing or LoadProblem.Forbidden or LoadProblem.KeyUnsupported;

    /// <summary>Adds to a reading what the pages contain.</summary>
    /// <param name="now">The reading so far.</param>
    /// <param name="before">The same member in the last reading.</param>
    /// <param name="page">Must have a status and an identity.</param>
    public async Task<MemberReading> ReadAsync(
        MemberReading now, MemberReading? before, EtcdPage page, MemberRequests requests, CancellationToken limit)
    {
        var id = page.Identity!;
        now = now with
        {
            Status = page.Status,
            Quota = MemberQuotas.FromPage(page, installation),
            Identity = before?.Identity is { } known && known.MemberId == id.MemberId
                ? known with { Version = id.Version, Access = id.Access }
                : id with { Name = installation?.Name ?? "" },
            // A member list read earlier over gRPC may be outdated, and the page does not contain one.
            Peers = null,
            Compaction = Compaction.Update(
                now.Compaction, key: null, page.CompactRevision, page.Status?.Revision, clock.GetUtcNow()),
            UnansweredStatuses = 0,
            StatusNotBefore = null,
        };
        if (!MayAskHealth(now))
        {
            requests.Forget(ProbeRecord.Health);
            return now with { NoSpace = null, Alarms = [] };
        }
        var alarms = requests.IsDue(ProbeRecord.Health, nth: 2)
            ? await AlarmsAsync(requests, limit)
            : before?.NoSpace;
        return now with
        {
            NoSpace = alarms,
            IsNoSpaceExcluded = alarms is { } isRaised ? !isRaised : now.IsNoSpaceExcluded,
            Alarms = alarms is { } isActive ? [new(id.MemberId, MemberAlarms.NoSpace, isActive)] : [],
        };
    }

    // Where each request writes an entry, it is sent only near the quota, and until it excludes an alarm.
    private static bool MayAskHealth(MemberReading now) =>
        EtcdVersion.Parse(now.Identity!.Version) is not { } version || !version.IsBefore(HealthWithoutEntry)
        || !now.IsNoSpaceExcluded
        || (now.Quota?.Bytes is { } quota && now.Status!.DbBytes + MaxRequestBytes >= quota * NearQuota);

    /// <returns><see langword="null"/> if the responses do not distinguish an alarm from other problems.</returns>
    private async Task<bool?> AlarmsAsync(MemberRequests requests, CancellationToken limit)
    {
        var healthy = await AskAsync(despiteNoSpace: false);
        if (healthy is not false)
            return healthy is true ? false : null;
        return await AskAsync(despiteNoSpace: true) is true ? true : null;

        async Task<bool?> AskAsync(bool despiteNoSpace)
        {
            var (answer, failure) = await requests.AskAsync(
                ProbeRecord.Health, token => member.IsHealthyAsync(despiteNoSpace, token), limit);
            return failure is null ? answer : null;
        }
    }
}
