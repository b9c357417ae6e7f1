using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

/// <summary>Readings to change with <c>with</c>.</summary>
internal static class SomeMembers
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static EtcdInstallation Installation { get; } = new()
    {
        Kind = "kubeadm",
        Source = "/etc/kubernetes/manifests/etcd.yaml",
        ClientUrl = "https://127.0.0.1:2379",
        Name = "cp-1",
        DataDir = "/var/lib/etcd",
        QuotaIsKnown = true,
        ClientCertAuth = true,
        SnapshotCount = 10000,
    };

    public static MemberStatus Status { get; } = new()
    {
        HasLeader = true,
        IsLeader = true,
        IsLearner = false,
        RaftTerm = 3,
        RaftIndex = 900,
        RaftAppliedIndex = 899,
        Revision = 700,
        DbBytes = 1000,
        DbUsedBytes = 250,
    };

    public static MemberReading Member { get; } = new()
    {
        Endpoint = "https://127.0.0.1:2379",
        Identity = new("cp-1", 0xa1, 0xc0ffee, "3.6.14", "3.6"),
        Status = Status,
        Quota = new(10_000, "status"),
        Alarms = [new(0xa1, "NOSPACE", IsActive: false), new(0xa1, "CORRUPT", IsActive: false)],
        AnswerParts =
        [
            new(AnswerPart.Members, IsTruncated: false), new(AnswerPart.Alarms, IsTruncated: false),
            new(AnswerPart.Errors, IsTruncated: false),
        ],
        Peers = new(Voters: 3, Learners: 0, Unstarted: 0,
            NamesById: System.Collections.Immutable.ImmutableSortedDictionary<ulong, string>.Empty.Add(0xa1, "cp-1")),
        IsDefragmenting = false,
        CompactRevision = 600,
        Defragmentations = new(Count: 2, Seconds: 5.5, Started: null, LastSeconds: 1.25),
        CompactorRevision = 650,
        Compaction = new(690, 600, Noon.AddMinutes(-2), RevisionThen: 700),
        UsesTls = true,
        Probes = ProbeRecord.None.Add(ProbeRecord.Status, new()
        {
            LastRun = Noon,
            Succeeded = true,
            Durations = Histogram.Empty(ProbeRecord.BucketsInSeconds).Observe(0.0015).Observe(0.3),
        }),
    };

    public static MembersReading Reading(params ReadOnlySpan<MemberReading> members) =>
        new(Noon, new([Installation], LookedAt: [], Problems: []), [.. members]);
}
