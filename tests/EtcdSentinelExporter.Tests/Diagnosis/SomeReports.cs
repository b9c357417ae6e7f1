using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Certificates;
using EtcdSentinelExporter.Tests.Disks.Drives;
using EtcdSentinelExporter.Tests.Disks.Storage;
using EtcdSentinelExporter.Tests.Etcd.Members;

namespace EtcdSentinelExporter.Tests.Diagnosis;

/// <summary>A node, as its collectors see it, and the report about it.</summary>
internal static class SomeReports
{
    public static readonly DateTimeOffset Noon = SomeMembers.Noon;

    private static readonly ProbeRecord Success = new()
    {
        LastRun = Noon,
        Succeeded = true,
        Durations = Histogram.Empty(ProbeRecord.BucketsInSeconds),
    };

    /// <summary>One of three members, with a quorum.</summary>
    public static MemberReading Member { get; } = SomeMembers.Member with
    {
        Probes = ProbeRecord.None
            .Add(ProbeRecord.SerializableRead, Success).Add(ProbeRecord.LinearizableRead, Success),
        Recent = Writes(0.008),
    };

    public static Report Healthy { get; } = Of(Member);

    public static Report Of(params ReadOnlySpan<MemberReading> members) => Of(SomeMembers.Reading(members));

    public static Report Of(
        MembersReading? members, StorageReading? storage = null, DrivesReading? drives = null,
        CertificatesReading? certificates = null) => Diagnostician.Report(new(Noon.AddSeconds(5), "cp-1", "1.2.3",
        [
            Poll("members", members, MembersFindings.Judge),
            Poll("certificates", certificates ?? SomeCertificates.Reading(SomeCertificates.File, SomeCertificates.Ca),
                CertificatesFindings.Judge),
            Poll("drives", drives ?? SomeDrives.Reading(), DrivesFindings.Judge),
            Poll("storage", storage ?? IoOf.Reading(new(IoOf.Counts, true, IoOf.Load), IoOf.Folder()),
                StorageFindings.Judge),
        ]));

    /// <summary>Counters of two polls, five minutes apart: 1,000 fsyncs and commits that take at most this
    /// long.</summary>
    public static System.Collections.Immutable.ImmutableArray<EtcdCounters> Writes(
        double seconds, double late = 0, double changes = 0, double count = 1000)
    {
        return [At(Noon.AddMinutes(-5), 0) with { LateHeartbeats = 0, LeaderChanges = 1 }, At(Noon, count)];

        EtcdCounters At(DateTimeOffset at, double total) =>
            new(at, Started: 1, Counts(total), Counts(total), late, 1 + changes, DbBytes: 1000);

        LatencyCounts Counts(double total) => new(
            [(seconds / 2, 0), (seconds, total), (double.PositiveInfinity, total)]);
    }

    public static CollectorPoll Poll<T>(string name, T? reading, Func<T, IEnumerable<Finding>> judge)
        where T : class => new(name, reading is null ? null : new Snapshot<T>(name, Noon)
        {
            Reading = reading,
            Findings = [.. judge(reading)],
            Every = TimeSpan.FromSeconds(15),
            Took = TimeSpan.FromMilliseconds(20),
            Subjects = 1,
        });
}
