using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Discovery;

namespace EtcdSentinelExporter.Etcd.Members;

/// <summary>The members that this exporter watches, as they were at <paramref name="At"/>.</summary>
/// <param name="Config">What the node's files say about etcd.</param>
/// <param name="Members">One per endpoint, also when it does not answer; empty where no etcd is expected.</param>
internal sealed record MembersReading(DateTimeOffset At, EtcdConfig Config, ImmutableArray<MemberReading> Members);

/// <summary>How etcd was told to run on this node.</summary>
/// <param name="Installation">The last that could be read; <see langword="null"/> where no etcd was found.</param>
/// <param name="Problem">Why the files cannot be read now; <see langword="null"/> when they can, and when there
/// are none.</param>
/// <param name="LookedAt">Host paths that were tried.</param>
internal sealed record EtcdConfig(
    EtcdInstallation? Installation, EtcdConfigProblem? Problem, ImmutableArray<string> LookedAt);
