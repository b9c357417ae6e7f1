using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>What <c>Maintenance.Status</c> said, or the metrics page where that cannot be asked. All of it is the
/// member's own, local view.</summary>
internal sealed record MemberStatus
{
    public required bool HasLeader { get; init; }

    public required bool IsLeader { get; init; }

    public required bool IsLearner { get; init; }

    /// <summary><see langword="null"/> where only the metrics page speaks.</summary>
    public required ulong? RaftTerm { get; init; }

    /// <inheritdoc cref="RaftAppliedIndex"/>
    public required ulong? RaftIndex { get; init; }

    /// <summary><see langword="null"/> before etcd 3.4, which does not say it.</summary>
    public required ulong? RaftAppliedIndex { get; init; }

    /// <summary><see langword="null"/> where only the metrics page of an etcd before 3.4.1 speaks.</summary>
    public required long? Revision { get; init; }

    /// <summary>Bytes of the backend file, free pages included: what the quota is compared with.</summary>
    public required long DbBytes { get; init; }

    /// <summary>Bytes of the backend file that hold live data; <see langword="null"/> before etcd 3.4, which does not
    /// say it.</summary>
    public required long? DbUsedBytes { get; init; }

    /// <summary>Bytes that a defragmentation would return.</summary>
    public long? DbReclaimableBytes => DbUsedBytes is { } used ? Math.Max(0, DbBytes - used) : null;

    /// <summary>Share of the backend file that is free pages: 0 to 1.</summary>
    public double? FragmentationRatio => DbBytes > 0 && DbReclaimableBytes is { } free ? (double)free / DbBytes : null;

    public static MemberStatus From(StatusResponse answer) => new()
    {
        HasLeader = answer.Leader != 0,
        IsLeader = answer.Leader != 0 && answer.Leader == answer.Header?.MemberId,
        IsLearner = answer.IsLearner,
        RaftTerm = answer.RaftTerm,
        RaftIndex = answer.RaftIndex,
        RaftAppliedIndex = answer.RaftAppliedIndex == 0 ? null : answer.RaftAppliedIndex,
        Revision = answer.Header?.Revision ?? 0,
        DbBytes = answer.DbSize,
        DbUsedBytes = answer.DbSizeInUse == 0 ? null : answer.DbSizeInUse,
    };
}
