using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Versions;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>State of the monitored members at <paramref name="At"/>.</summary>
/// <param name="Config">etcd's configuration on this node. Files that cannot be read now count as before.</param>
/// <param name="Members">One per endpoint, responding or not.</param>
internal sealed record MembersReading(DateTimeOffset At, EtcdDiscovered Config, ImmutableArray<MemberReading> Members)
{
    /// <summary>What is known of versions of etcd.</summary>
    public AdvisoryTable Advisories { get; init; } = AdvisoryTable.Shipped;

    /// <summary>Why no member is polled although etcd is expected on this node; <see langword="null"/> if one is, and
    /// if none is expected.</summary>
    public ProbeFailure? Failure => Members.IsEmpty && Config.Problem is { } problem
        ? ProbeFailure.From(problem.ToException())
        : null;
}
