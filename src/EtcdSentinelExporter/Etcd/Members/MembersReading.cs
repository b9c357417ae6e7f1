using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>State of the monitored members at <paramref name="At"/>.</summary>
/// <param name="Config">etcd's configuration on this node.</param>
/// <param name="Members">One per endpoint, responding or not; empty if no etcd is expected.</param>
internal sealed record MembersReading(DateTimeOffset At, EtcdConfig Config, ImmutableArray<MemberReading> Members);

/// <summary>etcd's configuration on this node.</summary>
/// <param name="Installation">The last one that could be read; <see langword="null"/> if no etcd was found.</param>
/// <param name="Problem">Why the files cannot be read now; <see langword="null"/> if they can be read, and if there
/// are none.</param>
/// <param name="LookedAt">Host paths that were tried.</param>
internal sealed record EtcdConfig(
    EtcdInstallation? Installation, EtcdConfigProblem? Problem, ImmutableArray<string> LookedAt);
