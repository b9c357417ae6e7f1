using System.Collections.Immutable;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>What is known of one kind of question to one member.</summary>
internal sealed record ProbeRecord
{
    public const string Status = "status";
    public const string SerializableRead = "serializable_read";
    public const string LinearizableRead = "linearizable_read";
    public const string MemberList = "member_list";
    public const string MetricsPage = "metrics_page";
    public const string Health = "health";

    public static ImmutableArray<string> Names { get; } =
        [Status, SerializableRead, LinearizableRead, MemberList, MetricsPage, Health];

    /// <summary>1 ms · 2ⁿ, as etcd's own fsync and commit histograms, so that the two can be laid over
    /// each other.</summary>
    public static readonly ImmutableArray<double> BucketsInSeconds =
        [.. Enumerable.Range(0, 14).Select(n => 0.001 * (1 << n))];

    public static readonly ImmutableSortedDictionary<string, ProbeRecord> None =
        ImmutableSortedDictionary.Create<string, ProbeRecord>(StringComparer.Ordinal);

    /// <summary>Start of the last run.</summary>
    public required DateTimeOffset LastRun { get; init; }

    /// <summary>Outcome of the last run; <see langword="null"/> once it no longer says anything about now.</summary>
    public required bool? Succeeded { get; init; }

    /// <summary>Why the last run was not answered; <see langword="null"/> when it was, and when
    /// <see cref="Succeeded"/> is.</summary>
    public MemberFailure? Failure { get; init; }

    /// <summary>All runs since the program started, failed ones too.</summary>
    public required Histogram Durations { get; init; }
}
