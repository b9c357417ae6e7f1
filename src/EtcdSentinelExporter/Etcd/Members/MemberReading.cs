using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates.Pem;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>One member, seen through one endpoint: what it said in this poll, and what outlives a poll.</summary>
internal sealed record MemberReading
{
    /// <summary>Normalised URL: <c>https://127.0.0.1:2379</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Who answered here last. Kept while the member is down: identity does not age.</summary>
    public MemberIdentity? Identity { get; init; }

    /// <summary>Why <see cref="Status"/> is missing; <see langword="null"/> when it is not.</summary>
    public MemberFailure? Failure { get; init; }

    /// <summary>Answers, or is known to be busy with its own defragmentation.</summary>
    public bool IsUp => Failure is null || IsDefragmenting is true;

    /// <summary>This poll's answer.</summary>
    public MemberStatus? Status { get; init; }

    /// <summary><see langword="null"/> when no source knows it.</summary>
    public MemberQuota? Quota { get; init; }

    /// <summary>Both alarms of every member that this one knows, active or not; of a member that does not let
    /// us in only NOSPACE, under its own name. Empty without <see cref="Status"/>.</summary>
    public ImmutableArray<MemberAlarm> Alarms { get; init; } = [];

    /// <summary>What <c>Status</c> complains about beside alarms and a missing leader: for the log.</summary>
    public ImmutableArray<string> OtherErrors { get; init; } = [];

    /// <summary>The parts of the answers behind <see cref="Alarms"/>, <see cref="OtherErrors"/> and
    /// <see cref="Peers"/>. Empty where they were not asked for.</summary>
    public ImmutableArray<AnswerPart> AnswerParts { get; init; } = [];

    /// <summary>Whether the NOSPACE alarm of any member is active, as <c>/health</c> tells it; <see langword="null"/>
    /// when it does not, and where <see cref="MemberStatus"/> came by gRPC.</summary>
    public bool? NoSpace { get; init; }

    /// <summary>The latest member list; a learner never gives one.</summary>
    public MemberPeers? Peers { get; init; }

    /// <summary>From <c>etcd_disk_defrag_inflight</c>; <see langword="null"/> without a metrics page, and before etcd
    /// 3.4.18 and 3.5.2.</summary>
    public bool? IsDefragmenting { get; init; }

    /// <summary>From <c>etcd_debugging_mvcc_compact_revision</c>: 0 when nothing was ever compacted,
    /// <see langword="null"/> without a metrics page.</summary>
    public long? CompactRevision { get; init; }

    /// <summary><see langword="null"/> while no metrics page has told of any.</summary>
    public Defragmentations? Defragmentations { get; init; }

    /// <summary>What kube-apiserver's compactor wrote down last, as this poll read it; <see langword="null"/> where no
    /// API server compacts, and when it could not be read.</summary>
    public long? CompactorRevision { get; init; }

    /// <summary><see langword="null"/> until either sign of compaction has been seen.</summary>
    public Compaction? Compaction { get; init; }

    /// <summary>Whether certificate files are used to ask this member.</summary>
    public bool UsesTls { get; init; }

    /// <summary>What is wrong with the newest certificate files. Empty when nothing is, and without TLS.</summary>
    public ImmutableArray<LoadProblem> CredentialProblems { get; init; } = [];

    /// <summary>By name of the probe, in that order.</summary>
    public ImmutableSortedDictionary<string, ProbeRecord> Probes { get; init; } = ProbeRecord.None;

    /// <summary>Calls of <c>Status</c> in a row that etcd took and never answered.</summary>
    public int UnansweredStatuses { get; init; }

    /// <summary>No <c>Status</c> is sent before this; <see langword="null"/> when it may be sent at once.</summary>
    public DateTimeOffset? StatusNotBefore { get; init; }
}

/// <param name="Name">From the member list; empty until one was read.</param>
/// <param name="StorageVersion">Empty before etcd 3.6.</param>
/// <param name="ClusterId">0 where only the metrics page speaks, which does not say it.</param>
internal sealed record MemberIdentity(
    string Name, ulong MemberId, ulong ClusterId, string Version, string StorageVersion)
{
    public const string ByGrpc = "grpc";
    public const string ByMetrics = "metrics";

    /// <summary>How the member was last asked with success.</summary>
    public string Access { get; init; } = ByGrpc;
}

/// <param name="Reason"><see cref="Defragmenting"/>, or out of the closed list in
/// <see cref="Client.EtcdReason"/>.</param>
/// <param name="Message">One line for people.</param>
internal sealed record MemberFailure(string Reason, string Message)
{
    public const string Defragmenting = "defragmenting";

    /// <summary>An error of our own, which costs this member alone.</summary>
    public const string Bug = "bug";

    /// <summary>Every reason there is.</summary>
    public static ImmutableArray<string> Reasons { get; } = [Defragmenting, .. Client.EtcdReason.All, Bug];
}

/// <param name="Bytes"><see langword="null"/> when the quota is disabled.</param>
/// <param name="Source">status, metrics, config or default.</param>
internal sealed record MemberQuota(long? Bytes, string Source);

/// <param name="MemberId">The member that the alarm is about, not the one that reported it.</param>
internal sealed record MemberAlarm(ulong MemberId, string Name, bool IsActive);
