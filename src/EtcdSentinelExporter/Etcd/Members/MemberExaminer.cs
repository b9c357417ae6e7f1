using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Text;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Sends all calls that are due to one member, one after the other, and records the responses.</summary>
/// <param name="installation">How this member was started; <see langword="null"/> if unknown.</param>
/// <param name="every">Poll interval; the more expensive calls are sent at every second or fourth poll.</param>
internal sealed class MemberExaminer(IMember member, EtcdInstallation? installation, TimeSpan every, TimeProvider clock)
{
    /// <summary>Polls the member. A failure of the member is a value in the reading, not an exception.</summary>
    /// <param name="before">The same member in the last reading; <see langword="null"/> at the first poll.</param>
    /// <param name="limit">Cancelled when the poll times out; the reading then contains the responses so far.</param>
    public async Task<MemberReading> ExamineAsync(MemberReading? before, CancellationToken limit)
    {
        var requests = new MemberRequests(before?.Probes ?? ProbeRecord.None, every, clock);
        var (page, pageFailure) = await ReadPageAsync(requests, limit);
        var now = Start(before, page);
        if (page?.IsDefragmenting is true)
            now = now with { Failure = Defragmenting };
        else if (StatusBackoff.IsWaiting(before, pageFailure, clock.GetUtcNow()))
            now = now with { Failure = before!.Failure };
        else
            now = await AskAsync(now, before, page, requests, limit);
        now = await AskChecksAsync(now, requests, limit);
        return now with
        {
            Probes = now.Status is null ? requests.WithoutOutcomesThatNeedStatus() : requests.Records,
            UsesTls = member.UsesTls,
            CredentialProblems = member.CredentialProblems,
        };
    }

    private async Task<MemberReading> AskChecksAsync(
        MemberReading now, MemberRequests requests, CancellationToken limit)
    {
        if (now is not { Status: not null, Identity.Version: { } version } || !MemberQuotas.IsAtLeast36(version)
            || now.VersionWithoutChecks == version)
        {
            return now;
        }
        foreach (var page in new[] { ProbeRecord.Livez, ProbeRecord.Readyz })
        {
            if (!requests.IsDue(page, nth: 4))
                continue;
            var (_, failure) = await requests.AskAsync(page, token => member.CheckAsync(page, token), limit);
            // A metrics page behind a proxy has no other pages beside it.
            if (failure?.HttpStatus is not 404)
                continue;
            requests.Forget(ProbeRecord.Livez, ProbeRecord.Readyz);
            return now with { VersionWithoutChecks = version };
        }
        return now;
    }

    private static MemberFailure Defragmenting { get; } =
        new(MemberFailure.Defragmenting, "The member does not respond: it is defragmenting its backend.");

    private MemberReading Start(MemberReading? before, EtcdPage? page) => new()
    {
        Endpoint = member.Endpoint,
        Identity = before?.Identity,
        Peers = before?.Peers,
        Compaction = before?.Compaction,
        Defragmentations = Defragmentations.Update(before?.Defragmentations, page?.Defragmentations, page?.Started),
        IsDefragmenting = page?.IsDefragmenting,
        CompactRevision = page?.CompactRevision,
        CompactionRetention = installation?.CompactionRetention,
        Features = page?.Features ?? [],
        Recent = EtcdActivity.Append(before?.Recent ?? [], page?.Counters, clock.GetUtcNow()),
        PageOf = page?.Identity?.MemberId,
        VersionWithoutChecks = before?.VersionWithoutChecks,
        IsNoSpaceExcluded = before?.IsNoSpaceExcluded ?? false,
        UnansweredStatuses = before?.UnansweredStatuses ?? 0,
        StatusNotBefore = before?.StatusNotBefore,
    };

    private async Task<(EtcdPage? Page, EtcdException? Failure)> ReadPageAsync(
        MemberRequests requests, CancellationToken limit)
    {
        var (page, failure) = await requests.AskAsync(ProbeRecord.MetricsPage, member.PageAsync, limit);
        return (page is null ? null : EtcdPage.From(page, clock.GetUtcNow()), failure);
    }

    private async Task<MemberReading> AskAsync(
        MemberReading now, MemberReading? before, EtcdPage? page, MemberRequests requests, CancellationToken limit)
    {
        var (status, failure) = await requests.AskAsync(ProbeRecord.Status, member.StatusAsync, limit);
        if (failure is not null && PageAccess.IsLockedOut(failure, member)
            && page is { Status: not null, Identity: not null })
        {
            now = await new PageAccess(member, installation, clock).ReadAsync(now, before, page, requests, limit);
            // A user may read one key, and not the status: then the reads still tell if there is a quorum.
            if (failure is { Reason: EtcdReason.Auth } or { IsLogin: true })
                return await ReadAsAllowedAsync(now, page, requests, limit);
            requests.Forget(ProbeRecord.SerializableRead, ProbeRecord.LinearizableRead, ProbeRecord.MemberList);
            return now;
        }

        if (status is null)
        {
            now = StatusBackoff.Unanswered(now, failure!, every, clock.GetUtcNow());
            return await ExplainAsync(now, failure!, requests, limit);
        }

        requests.Forget(ProbeRecord.Health);
        now = WithStatus(now, status, page) with { UnansweredStatuses = 0, StatusNotBefore = null };
        now = await ReadAsAllowedAsync(now, page, requests, limit);
        var errors = StatusErrors.Parse(status.Errors);
        return now with
        {
            Alarms = MemberAlarms.All(Known(now), errors),
            OtherErrors = errors.Unknown,
            AnswerParts = [.. Parts(now, errors)],
        };
    }

    private async Task<MemberReading> ReadAsAllowedAsync(
        MemberReading now, EtcdPage? page, MemberRequests requests, CancellationToken limit)
    {
        now = await ReadCompactorAsync(now, page, requests, limit);
        if (now.Status is { IsLearner: false })
            return WithName(await AskVoterAsync(now, requests, limit));
        requests.Forget(ProbeRecord.LinearizableRead, ProbeRecord.MemberList);
        return WithName(now);
    }

    private static IEnumerable<AnswerPart> Parts(MemberReading now, StatusErrors errors)
    {
        if (now is { Status.IsLearner: false, Peers: { } peers })
            yield return new(AnswerPart.Members, peers.IsTruncated);
        yield return new(AnswerPart.Alarms, errors.AlarmsAreTruncated);
        yield return new(AnswerPart.Errors, errors.UnknownIsTruncated);
    }

    // Status waits for the backend: a defragmentation that started after the page was read looks like a dead member.
    private async Task<MemberReading> ExplainAsync(
        MemberReading now, EtcdException failure, MemberRequests requests, CancellationToken limit)
    {
        if (failure.Reason is not (EtcdReason.Timeout or EtcdReason.Busy))
            return now with { Failure = new(failure.Reason, failure.Message) };
        // Timeout of the first call, or busy for the next ones: both mean that the member does not respond.
        now = now with { Failure = new(EtcdReason.Timeout, failure.Message) };
        var (page, _) = await ReadPageAsync(requests, limit);
        return page?.IsDefragmenting is true ? now with { Failure = Defragmenting, IsDefragmenting = true } : now;
    }

    private MemberReading WithStatus(MemberReading now, StatusResponse status, EtcdPage? page)
    {
        var known = now.Identity?.MemberId == status.Header.MemberId ? now.Identity : null;
        return now with
        {
            Status = MemberStatus.From(status),
            Quota = MemberQuotas.Find(status.Version, status.DbSizeQuota, page, installation),
            Identity = new(
                known?.Name ?? "",
                status.Header.MemberId, status.Header.ClusterId,
                DisplayText.Of(status.Version, AnswerLimits.MaxNameLength),
                DisplayText.Of(status.StorageVersion, AnswerLimits.MaxNameLength)),
            Peers = known is null ? null : now.Peers,
        };
    }

    // One call for two results: that this member can read its own copy, and how far kube-apiserver has compacted.
    private async Task<MemberReading> ReadCompactorAsync(
        MemberReading now, EtcdPage? page, MemberRequests requests, CancellationToken limit)
    {
        var (answer, _) = await requests.AskAsync(
            ProbeRecord.SerializableRead,
            token => member.ReadAsync(Compaction.CompactorKey, linearizable: false, token),
            limit);
        var key = answer?.Kvs.FirstOrDefault();
        return now with
        {
            CompactorRevision = Compaction.Revision(key),
            Compaction = Compaction.Update(
                now.Compaction, key, page?.CompactRevision, now.Status?.Revision, clock.GetUtcNow()),
        };
    }

    private async Task<MemberReading> AskVoterAsync(
        MemberReading now, MemberRequests requests, CancellationToken limit)
    {
        if (requests.IsDue(ProbeRecord.LinearizableRead, nth: 2))
        {
            await requests.AskAsync(
                ProbeRecord.LinearizableRead,
                token => member.ReadAsync(Compaction.CompactorKey, linearizable: true, token),
                limit);
        }
        if (now.Peers is not null && !requests.IsDue(ProbeRecord.MemberList, nth: 4))
            return now;
        var (members, _) = await requests.AskAsync(ProbeRecord.MemberList, member.MembersAsync, limit);
        return now with { Peers = members is null ? null : MemberPeers.From(members) };
    }

    // A learner rejects the member list: its name is the one it was started with.
    private MemberReading WithName(MemberReading now) =>
        now.Identity is { } id
        && (now.Peers?.NamesById.GetValueOrDefault(id.MemberId) ?? (id.Name.Length == 0 ? installation?.Name : null))
            is { } name
                ? now with { Identity = id with { Name = name } }
                : now;

    private static IEnumerable<ulong> Known(MemberReading now) =>
        (now.Peers?.NamesById.Keys ?? []).Append(now.Identity!.MemberId).Distinct();
}
