using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Tests.Certificates;
using EtcdSentinelExporter.Tests.Diagnosis;
using EtcdSentinelExporter.Tests.Disks.Drives;
using EtcdSentinelExporter.Tests.Disks.Storage;
using EtcdSentinelExporter.Tests.Etcd.Members;

namespace EtcdSentinelExporter.IntegrationTests.Pages;

/// <summary>Reports about readings that no quick test can produce with real parts.</summary>
internal static class MadeReports
{
    private const string Script = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b>\u202e\u001b[31m";

    public static Report DyingDisk => SomeReports.Of(
        SomeMembers.Reading(SomeReports.Member with { Recent = SomeReports.Writes(0.512, late: 12, changes: 3) }),
        IoOf.Reading(new(IoOf.Counts, true, IoOf.Load with { FlushLatencySeconds = 0.3 }), IoOf.Folder()),
        SomeDrives.Reading(SomeDrives.Read(SomeDrives.Drive("sda"), SomeDrives.Incident()) with { CarriesRole = true }));

    /// <summary>The alert needs a history of 20 minutes. The page shows how much is not compacted.</summary>
    public static Report CompactionStalled => SomeReports.Of(SomeReports.Member with
    {
        Status = SomeMembers.Status with { Revision = 123_456 },
        CompactRevision = 600,
        CompactorRevision = 600,
    });

    public static Report Hostile => SomeReports.Of(
        SomeMembers.Reading(SomeReports.Member with
        {
            Endpoint = $"https://{Script}:2379",
            Identity = SomeReports.Member.Identity! with { Name = Script, Version = Script },
            Alarms = [new(0xa1, Script, IsActive: true)],
        }),
        certificates: SomeCertificates.Reading(
            SomeCertificates.Leaf(2, 365) with { Name = Script, Path = $"/etc/{Script}" }));

    public static Report Huge => SomeReports.Of(
        SomeMembers.Reading([.. Enumerable.Range(1, 64).Select(n => SomeReports.Member with
        {
            Endpoint = $"https://member-{n}.{new string('x', 100)}.example.org:2379",
            Identity = SomeReports.Member.Identity! with { MemberId = (ulong)n, Name = new string('W', 100) },
            Alarms = [new((ulong)n, MemberAlarms.NoSpace, IsActive: true), new((ulong)n, "CORRUPT", IsActive: true)],
        })]),
        certificates: SomeCertificates.Reading([.. Enumerable.Range(1, 1000).Select(n =>
            SomeCertificates.Leaf(n / 100.0, 365) with { Path = $"/etc/{n}/{new string('p', 200)}" })]));
}
