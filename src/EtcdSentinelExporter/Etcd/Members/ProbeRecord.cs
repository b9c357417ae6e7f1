using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>The last result and the durations of one kind of call to one member.</summary>
internal sealed record ProbeRecord
{
    public const string Status = "status";
    public const string SerializableRead = "serializable_read";
    public const string LinearizableRead = "linearizable_read";
    public const string MemberList = "member_list";
    public const string MetricsPage = "metrics_page";
    public const string Health = "health";

    /// <summary>The pages with etcd's own verdict, since 3.6: the process works, and it can serve clients.</summary>
    public const string Livez = "livez";
    public const string Readyz = "readyz";

    public static ImmutableArray<string> Names { get; } =
        [Status, SerializableRead, LinearizableRead, MemberList, MetricsPage, Health, Livez, Readyz];

    /// <summary>1 ms · 2ⁿ, like etcd's own fsync and commit histograms, so that they can be compared.</summary>
    public static readonly ImmutableArray<double> BucketsInSeconds =
        [.. Enumerable.Range(0, 14).Select(n => 0.001 * (1 << n))];

    public static readonly ImmutableSortedDictionary<string, ProbeRecord> None =
        ImmutableSortedDictionary.Create<string, ProbeRecord>(StringComparer.Ordinal);

    /// <summary>Start of the last run.</summary>
    public required DateTimeOffset LastRun { get; init; }

    /// <summary>Result of the last run; <see langword="null"/> once it is outdated.</summary>
    public required bool? Succeeded { get; init; }

    /// <summary>Why the last run failed; <see langword="null"/> if it succeeded, and if <see cref="Succeeded"/> is
    /// <see langword="null"/>.</summary>
    public MemberFailure? Failure { get; init; }

    /// <summary>Number of consecutive runs that etcd refused for want of rights.</summary>
    public int Refusals { get; init; }

    /// <summary>Durations of all runs since the program started, failed ones included.</summary>
    public required Histogram Durations { get; init; }
}
