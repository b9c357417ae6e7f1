using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>One member, polled at one endpoint: the responses of this poll, and values that outlive a
/// poll.</summary>
internal sealed record MemberReading
{
    /// <summary>Normalised URL: <c>https://127.0.0.1:2379</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The last known identity. Kept while the member is down, because it does not change then.</summary>
    public MemberIdentity? Identity { get; init; }

    /// <summary>Why <see cref="Status"/> is missing; <see langword="null"/> if it is present.</summary>
    public MemberFailure? Failure { get; init; }

    /// <summary>True if the member responds, or is known to be defragmenting.</summary>
    public bool IsUp => Failure is null || IsDefragmenting is true;

    /// <summary>This poll's response.</summary>
    public MemberStatus? Status { get; init; }

    /// <summary><see langword="null"/> if no source has it.</summary>
    public MemberQuota? Quota { get; init; }

    /// <summary>Both alarms of every member that this one knows, active or not. If only its metrics page is readable,
    /// NOSPACE alone, under its own ID. Empty without <see cref="Status"/>.</summary>
    public ImmutableArray<MemberAlarm> Alarms { get; init; } = [];

    /// <summary>Errors in <c>Status</c> other than alarms and a missing leader: for the log.</summary>
    public ImmutableArray<string> OtherErrors { get; init; } = [];

    /// <summary>The parts of the responses behind <see cref="Alarms"/>, <see cref="OtherErrors"/> and
    /// <see cref="Peers"/>. Empty if they were not requested.</summary>
    public ImmutableArray<AnswerPart> AnswerParts { get; init; } = [];

    /// <summary>True if the NOSPACE alarm of any member is active, according to <c>/health</c>;
    /// <see langword="null"/> if unknown, and if <see cref="MemberStatus"/> came over gRPC.</summary>
    public bool? NoSpace { get; init; }

    /// <summary>True if the last certain answer of <c>/health</c> was that no NOSPACE alarm is active.</summary>
    public bool IsNoSpaceExcluded { get; init; }

    /// <summary>The latest member list; <see langword="null"/> if none was read, as always on a learner.</summary>
    public MemberPeers? Peers { get; init; }

    /// <summary>From <c>etcd_disk_defrag_inflight</c>; <see langword="null"/> without a metrics page, and before etcd
    /// 3.4.18 and 3.5.2.</summary>
    public bool? IsDefragmenting { get; init; }

    /// <summary>From <c>etcd_debugging_mvcc_compact_revision</c>: 0 when nothing was ever compacted,
    /// <see langword="null"/> without a metrics page.</summary>
    public long? CompactRevision { get; init; }

    /// <summary><see langword="null"/> until a metrics page contains the histogram.</summary>
    public Defragmentations? Defragmentations { get; init; }

    /// <summary>The revision that kube-apiserver's compactor stored last, as read in this poll; <see langword="null"/>
    /// if no API server compacts, and if it could not be read.</summary>
    public long? CompactorRevision { get; init; }

    /// <summary>Retention of etcd's own periodic compaction: zero if it is off; <see langword="null"/> if
    /// unknown.</summary>
    public TimeSpan? CompactionRetention { get; init; }

    /// <summary>Names of the features that are enabled. Empty without a metrics page, and before etcd 3.6.</summary>
    public ImmutableArray<string> Features { get; init; } = [];

    /// <summary>Counters of the polls of the last five minutes, the latest last. Empty without a metrics
    /// page.</summary>
    public ImmutableArray<EtcdCounters> Recent { get; init; } = [];

    /// <summary>What etcd did in the last five minutes; <see langword="null"/> before the second poll, and without a
    /// metrics page.</summary>
    public EtcdActivity? Activity => EtcdActivity.Of(Recent);

    /// <summary><see langword="null"/> until an indicator of compaction was read.</summary>
    public Compaction? Compaction { get; init; }

    /// <summary>True if calls to this member use certificate files.</summary>
    public bool UsesTls { get; init; }

    /// <summary>Problems of the current certificate files. Empty if there are none, and without TLS.</summary>
    public ImmutableArray<LoadProblem> CredentialProblems { get; init; } = [];

    /// <summary>Records by name of the probe, in order of the names.</summary>
    public ImmutableSortedDictionary<string, ProbeRecord> Probes { get; init; } = ProbeRecord.None;

    /// <summary>ID of the member that the metrics page is from; <see langword="null"/> if it was not read.</summary>
    public ulong? PageOf { get; init; }

    /// <summary>When the preferred address was tried last; <see langword="null"/> if it is in use.</summary>
    public DateTimeOffset? PreferredAskedAt { get; init; }

    /// <summary>Version of etcd at which the page of a check was not found; <see langword="null"/> if none was missing.
    /// The pages are requested again once the version changes.</summary>
    public string? VersionWithoutChecks { get; init; }

    /// <summary>Number of consecutive <c>Status</c> calls that timed out.</summary>
    public int UnansweredStatuses { get; init; }

    /// <summary>Earliest time of the next <c>Status</c> call; <see langword="null"/> for no wait.</summary>
    public DateTimeOffset? StatusNotBefore { get; init; }
}

/// <param name="Name">From the member list; empty until one was read.</param>
/// <param name="StorageVersion">Empty before etcd 3.6.</param>
/// <param name="ClusterId">0 if only the metrics page is readable, because it does not contain the ID.</param>
internal sealed record MemberIdentity(
    string Name, ulong MemberId, ulong ClusterId, string Version, string StorageVersion)
{
    public const string ByGrpc = "grpc";
    public const string ByMetrics = "metrics";

    /// <summary>The protocol of the last successful call: one of the constants.</summary>
    public string Access { get; init; } = ByGrpc;
}

/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Message">One line for logs.</param>
internal sealed record MemberFailure(string Reason, string Message)
{
    public const string Defragmenting = "defragmenting";

    /// <summary>A bug of the exporter. It affects this member only.</summary>
    public const string Bug = "bug";

    public static ImmutableArray<string> Reasons { get; } = [Defragmenting, .. Client.EtcdReason.All, Bug];
}

/// <param name="Bytes"><see langword="null"/> if the quota is disabled.</param>
/// <param name="Source">status, metrics, config or default.</param>
internal sealed record MemberQuota(long? Bytes, string Source);

/// <summary>One alarm, active or not.</summary>
/// <param name="MemberId">The member with the alarm, not the one that reported it.</param>
internal sealed record MemberAlarm(ulong MemberId, string Name, bool IsActive);
