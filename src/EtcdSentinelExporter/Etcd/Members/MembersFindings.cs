using System.Globalization;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Text;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Findings from a single reading. Checks that need a history (growth, leader changes) are alert
/// rules.</summary>
internal static class MembersFindings
{
    public const double QuotaWarning = 0.8;
    public const double QuotaCritical = 0.95;
    public const double QuotaCriticalIfLive = 0.9;
    public const double LiveDataCritical = 0.8;
    public const double LiveDataWarning = 0.75;
    public const double FragmentationWarning = 0.5;
    public const double ReclaimableShareOfQuota = 0.1;
    public const ulong MaxUnappliedEntries = 1000;

    private const int MaxNamedMembers = 5;

    public static IEnumerable<Finding> Judge(MembersReading reading) =>
        OfConfig(reading.Config).Concat(reading.Members.SelectMany(OfMember))
            .Concat(reading.Members.SelectMany(member => CompactionFindings.Of(member, reading.At)))
            .Concat(reading.Members.SelectMany(member => VersionFindings.Of(member, reading.Advisories)))
            .Concat(reading.Members.SelectMany(member => OfAlarms(member, reading.Members)));

    private static IEnumerable<Finding> OfConfig(EtcdDiscovered config) =>
        config.Problems.Select(problem => new Finding("SentinelCollectorFailing", Severity.Warning, problem.Path,
            Summary: $"Cannot read etcd's configuration: {problem.Message}",
            NextStep: "Repair the file, or set the endpoints and certificates in etcd.endpoints, etcd.ca-file, "
                + "etcd.cert-file and etcd.key-file."));

    private static IEnumerable<Finding> OfMember(MemberReading member) =>
        OfFailure(member).Concat(OfAnswer(member)).Concat(OfRaft(member)).Concat(OfDatabase(member))
           .Concat(LatencyFindings.Of(member));

    private static IEnumerable<Finding> OfFailure(MemberReading member)
    {
        if (!member.IsUp && EtcdReason.Blind.Contains(member.Failure!.Reason, StringComparer.Ordinal))
        {
            yield return new("EtcdNotSeen", Severity.Warning, member.Endpoint,
                Summary: $"The member cannot be polled ({member.Failure.Reason}): {member.Failure.Message}",
                NextStep: "Repair the client certificate, the CA file, the rights or the name of the endpoint; "
                    + "the member itself may be healthy.");
        }
        else if (!member.IsUp)
        {
            yield return new("EtcdMemberUnreachable", Severity.Warning, member.Endpoint,
                Summary: $"The member does not respond ({member.Failure!.Reason}): {member.Failure.Message}",
                NextStep: "Look at etcd's log on that node: its last container, or its unit.");
        }
        foreach (var problem in member.CredentialProblems)
        {
            yield return new("SentinelCollectorFailing", Severity.Warning, member.Endpoint,
                Summary: $"The client certificate files are invalid ({problem.Reason}): {problem.Message}",
                NextStep: "Repair the files; they are reloaded automatically.");
        }
    }

    private static IEnumerable<Finding> OfAnswer(MemberReading member)
    {
        var truncated = member.AnswerParts.Where(part => part.IsTruncated).Select(part => part.Name).ToArray();
        if (truncated.Length > 0)
        {
            yield return new("SentinelCollectorFailing", Severity.Warning, member.Endpoint,
                Summary: $"The response was truncated ({string.Join(", ", truncated)}): only {AnswerLimits.MaxMembers} "
                    + $"members, {AnswerLimits.MaxAlarms} alarms and {AnswerLimits.MaxErrors} other errors are kept.",
                NextStep: "Compare with etcdctl member list and etcdctl alarm list; check that the endpoint is etcd.");
        }
    }

    private static IEnumerable<Finding> OfRaft(MemberReading member)
    {
        if (member.Status is not { } status)
            yield break;
        if (!status.HasLeader)
        {
            yield return new("EtcdNoLeader", Severity.Warning, member.Endpoint,
                Summary: "The member has no leader: it rejects writes and linearizable reads.",
                NextStep: "Bring back enough members for a quorum, or repair the network between them.");
        }
        else if (Failed(member, ProbeRecord.LinearizableRead) && !Failed(member, ProbeRecord.SerializableRead))
        {
            yield return new("EtcdNoQuorum", Severity.Critical, member.Endpoint,
                Summary: "The member can read its own copy, but gets no response from the quorum.",
                NextStep: "Check the other members and the network between them.");
        }
        if (status.RaftAppliedIndex is { } applied && status.RaftIndex > applied + MaxUnappliedEntries)
        {
            yield return new("EtcdSlowApplies", Severity.Info, member.Endpoint,
                Summary: $"{status.RaftIndex - applied} committed entries are not applied yet.",
                NextStep: "Check etcd's disk and CPU.");
        }
        if (member.Peers is { Unstarted: > 0 and var unstarted })
        {
            yield return new("EtcdJoinUnfinished", Severity.Warning, member.Endpoint,
                Summary: unstarted == 1
                    ? "A member was added but has never joined."
                    : $"{unstarted} members were added but have never joined.",
                NextStep: "Start etcd there, or remove the entry with etcdctl member remove.");
        }
    }

    // Each member tells the alarms of all: an alarm is one finding, however many members raised it.
    private static IEnumerable<Finding> OfAlarms(MemberReading member, ImmutableArray<MemberReading> all) =>
        from raised in member.Alarms.Where(alarm => alarm.IsActive)
            .GroupBy(alarm => alarm.Name, alarm => alarm.MemberId, StringComparer.Ordinal)
        select raised.Key == MemberAlarms.NoSpace
            ? new Finding("EtcdNoSpaceAlarm", Severity.Critical, member.Endpoint,
                Summary: $"The NOSPACE alarm of {MembersOf(raised, member, all)} is active: "
                + "the cluster rejects writes.",
                NextStep: "Compact, defragment every member, then disarm the alarm: recover nospace prints each "
                + "command in order and runs none.")
            : new Finding("EtcdCorruptAlarm", Severity.Critical, member.Endpoint,
                Summary: $"The {raised.Key} alarm of {MembersOf(raised, member, all)} is active: "
                + "its data differs from the other members'.",
                NextStep: "Take a snapshot of a healthy member, then remove the corrupt one and add it again.");

    private static string MembersOf(
        IEnumerable<ulong> raised, MemberReading told, ImmutableArray<MemberReading> all)
    {
        var ids = raised.Distinct().Order().ToArray();
        var named = string.Join(", ", ids.Take(MaxNamedMembers).Select(id => TitleOf(id, told, all)));
        return ids.Length switch
        {
            1 => $"member {named}",
            <= MaxNamedMembers => $"members {named}",
            _ => $"members {named} and {ids.Length - MaxNamedMembers} more",
        };
    }

    // The name as the member list has it, and the ID by which etcdctl and the metrics call it.
    private static string TitleOf(ulong id, MemberReading told, ImmutableArray<MemberReading> all)
    {
        var name = told.Peers?.NamesById.GetValueOrDefault(id)
            ?? all.FirstOrDefault(member => member.Identity?.MemberId == id)?.Identity?.Name;
        return string.IsNullOrEmpty(name) ? MembersMetrics.Hex(id) : $"{name} ({MembersMetrics.Hex(id)})";
    }

    private static IEnumerable<Finding> OfDatabase(MemberReading member)
    {
        if (member is not { Status: { } status, Quota.Bytes: { } quota })
            yield break;
        var used = (double)status.DbBytes / quota;
        if (used > QuotaWarning)
        {
            var isCritical = used > QuotaCritical
                || (used > QuotaCriticalIfLive && status.DbUsedBytes > LiveDataCritical * quota);
            yield return new(
                isCritical ? "EtcdDatabaseQuotaCritical" : "EtcdDatabaseQuotaLowSpace",
                isCritical ? Severity.Critical : Severity.Warning,
                member.Endpoint,
                Summary: $"The database file uses {Percent(used)} of its quota of {ByteText.Of(quota)}"
                    + $"{InUse(status, quota)}.",
                NextStep: status.FragmentationRatio > FragmentationWarning
                    ? "Defragment one member after the other, the leader last; recover fragmentation prints the "
                        + "commands and runs none."
                    : "Compact, then defragment one member after the other, the leader last; recover nospace prints "
                        + "the commands and runs none.");
        }
        if (status.DbUsedBytes > LiveDataWarning * quota)
        {
            yield return new("EtcdDatabaseFullOfLiveData", Severity.Warning, member.Endpoint,
                Summary: $"Data in use, old revisions included, takes {Percent((double)status.DbUsedBytes / quota)} "
                + "of the quota: a defragmentation alone will not help.",
                NextStep: "Compact if nothing does. If that frees too little, find the client that writes so much and "
                + "delete its data, or raise --quota-backend-bytes.");
        }
        if (status.FragmentationRatio > FragmentationWarning
            && status.DbReclaimableBytes > ReclaimableShareOfQuota * quota)
        {
            yield return new("EtcdHighFragmentation", Severity.Warning, member.Endpoint,
                Summary: $"{Percent(status.FragmentationRatio.Value)} of the database file is free pages, "
                    + $"{Percent((double)status.DbReclaimableBytes.Value / quota)} of the quota.",
                NextStep: "Defragment each member while the others are healthy; recover fragmentation prints the "
                    + "commands and runs none.");
        }
    }

    private static string InUse(MemberStatus status, long quota) => status.DbUsedBytes is { } used
        ? $"; data in use takes {Percent((double)used / quota)}"
        : "";

    private static bool Failed(MemberReading member, string probe) =>
        member.Probes.GetValueOrDefault(probe)?.Succeeded is false;

    private static string Percent(double ratio) => ratio.ToString("0.#%", CultureInfo.InvariantCulture);
}
