using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Text;
using Etcdserverpb;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>Response of <c>Maintenance.Status</c>, or the same values from the metrics page if that call is not
/// possible. All values are the member's own, local view.</summary>
internal sealed record MemberStatus
{
    public required bool HasLeader { get; init; }

    public required bool IsLeader { get; init; }

    public required bool IsLearner { get; init; }

    /// <summary><see langword="null"/> if only the metrics page is readable.</summary>
    public required ulong? RaftTerm { get; init; }

    /// <inheritdoc cref="RaftAppliedIndex"/>
    public required ulong? RaftIndex { get; init; }

    /// <summary><see langword="null"/> before etcd 3.4, which does not report it.</summary>
    public required ulong? RaftAppliedIndex { get; init; }

    /// <summary><see langword="null"/> if only the metrics page of an etcd before 3.4.1 is readable.</summary>
    public required long? Revision { get; init; }

    /// <summary>Size of the backend file in bytes, free pages included. The quota limits this size.</summary>
    public required long DbBytes { get; init; }

    /// <summary>Bytes of live data in the backend file; <see langword="null"/> before etcd 3.4, which does not report
    /// it.</summary>
    public required long? DbUsedBytes { get; init; }

    /// <summary>Version to which the cluster is being downgraded; <see langword="null"/> if there is no downgrade,
    /// before etcd 3.6, and if only the metrics page is readable.</summary>
    public string? DowngradesTo { get; init; }

    /// <summary>Bytes that a defragmentation would free.</summary>
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
        DowngradesTo = answer.DowngradeInfo is { Enabled: true } downgrade
            ? DisplayText.Of(downgrade.TargetVersion, AnswerLimits.MaxNameLength)
            : null,
    };
}
