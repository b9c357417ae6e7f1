using EtcdSentinelExporter.Backups;
using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Diagnosis;

/// <summary>What the collectors know at one moment: the input of a report.</summary>
/// <param name="At">Time of the report.</param>
/// <param name="Node">Name of the node.</param>
/// <param name="Version">Version of the exporter.</param>
/// <param name="Polls">The collectors that run, whether polled or not.</param>
internal sealed record NodeState(
    DateTimeOffset At, string Node, string Version, ImmutableArray<CollectorPoll> Polls)
{
    public MembersReading? Members { get; } = Reading<MembersReading>(Polls);

    public KeyspaceReading? Keyspace { get; } = Reading<KeyspaceReading>(Polls);

    public StorageReading? Storage { get; } = Reading<StorageReading>(Polls);

    public DrivesReading? Drives { get; } = Reading<DrivesReading>(Polls);

    public BackupsReading? Backups { get; } = Reading<BackupsReading>(Polls);

    public CertificatesReading? Certificates { get; } = Reading<CertificatesReading>(Polls);

    /// <summary>How etcd was started on this node; <see langword="null"/> if unknown.</summary>
    public EtcdInstallation? Etcd => Members?.Config.Installations.FirstOrDefault();

    /// <summary>True if the members collector runs, and etcd is expected here.</summary>
    public bool ExpectsEtcd => Members is { } members
        && (!members.Config.ExpectedBy.IsEmpty || !members.Members.IsEmpty || !members.Config.Installations.IsEmpty);

    /// <summary>Findings of all collectors, with the name of theirs.</summary>
    public IEnumerable<(string Collector, Finding Finding)> Findings =>
        from poll in Polls
        from finding in poll.Last?.Findings ?? []
        select (poll.Name, finding);

    private static TReading? Reading<TReading>(ImmutableArray<CollectorPoll> polls) where TReading : class =>
        new Readings(polls.Select(poll => poll.Last).OfType<Snapshot>()).Get<TReading>();
}

/// <summary>A collector and its last poll.</summary>
/// <param name="Last"><see langword="null"/> until its first poll is over.</param>
internal sealed record CollectorPoll(string Name, Snapshot? Last)
{
    // A poll may take as long as its interval, and the next ones may be skipped.
    private const int MaxIntervals = 4;
    private static readonly TimeSpan MinAge = TimeSpan.FromMinutes(2);

    /// <summary>True if the last poll is so old that polling must have stopped.</summary>
    public bool IsOutdated(DateTimeOffset now) =>
        Last is { } last && now - last.TakenAt > MinAge && now - last.TakenAt > MaxIntervals * last.Every + last.Took;
}
