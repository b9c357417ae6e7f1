using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Certificates;
using EtcdSentinelExporter.Tests.Disks.Drives;
using EtcdSentinelExporter.Tests.Disks.Storage;
using EtcdSentinelExporter.Tests.Etcd.Members;
using Xunit;

namespace EtcdSentinelExporter.Tests.Diagnosis;

public sealed class DiagnosticianTests
{
    private static readonly MemberFailure NoAnswer = new(EtcdReason.Unreachable, "connection refused");

    [Fact]
    public void A_healthy_node_is_ok_with_numbers()
    {
        var report = SomeReports.Healthy;

        Assert.Equal((ReportStatus.Ok, []), (report.Status, report.Findings.Select(item => item.Finding.Code)));
        Assert.Equal(
            "1 of 3 etcd members were polled and answer and have a quorum, the database uses 10 % of its quota, the "
            + "next certificate (apiserver) expires in 266 days.", report.Verdict);
        Assert.Empty(report.Causes);
    }

    [Fact]
    public void A_member_that_is_dead_is_never_ok()
    {
        var one = SomeReports.Of(Down(voters: 3));
        var only = SomeReports.Of(Down(voters: 1));
        var unknown = SomeReports.Of(Down(voters: null));

        Assert.Equal((ReportStatus.Warning, "EtcdMemberUnreachable"), First(one));
        Assert.Equal((ReportStatus.Critical, "EtcdDown"), First(only));
        Assert.Contains("does not answer (unreachable)", only.Verdict, StringComparison.Ordinal);
        Assert.Equal((ReportStatus.Critical, "EtcdDown"), First(unknown));
        Assert.DoesNotContain(only.Findings, item => item.Finding.Code == "EtcdMemberUnreachable");
    }

    [Fact]
    public void Two_of_three_members_that_are_dead_are_no_quorum()
    {
        var report = SomeReports.Of(
            SomeReports.Member with
            {
                Probes = SomeReports.Member.Probes.SetItem(ProbeRecord.LinearizableRead,
                    SomeReports.Member.Probes[ProbeRecord.LinearizableRead] with { Succeeded = false }),
            },
            Down(3, "https://10.0.0.2:2379", 2), Down(3, "https://10.0.0.3:2379", 3));

        Assert.Equal((ReportStatus.Critical, "EtcdNoQuorum"), First(report));
        Assert.Contains("2 of 3 voters are down, and 2 are needed", report.Verdict, StringComparison.Ordinal);
        Assert.Equal(1, report.Findings.Count(item => item.Finding.Code == "EtcdNoQuorum"));
        Assert.Equal("ssh 10.0.0.2 etcd-sentinel-exporter check", report.Findings[0].Command);
    }

    [Fact]
    public void One_of_three_members_that_is_dead_leaves_a_fragile_quorum() => Assert.Equal(
        ["EtcdMemberUnreachable", "EtcdQuorumFragile"],
        SomeReports.Of(SomeReports.Member, Other(2), Down(3, "https://10.0.0.3:2379", 3)).Findings
            .Select(item => item.Finding.Code));

    [Fact]
    public void A_member_without_a_leader_has_no_quorum_as_far_as_it_sees() => Assert.Equal(
        (ReportStatus.Critical, "EtcdNoQuorum"),
        First(SomeReports.Of(SomeMembers.Member with { Status = SomeMembers.Status with { HasLeader = false } })));

    [Fact]
    public void A_consistent_read_of_any_member_proves_the_quorum()
    {
        var failed = SomeReports.Member.Probes[ProbeRecord.LinearizableRead] with { Succeeded = false };

        Assert.DoesNotContain("EtcdNoQuorum", SomeReports.Of(SomeReports.Member, Other(2) with
        {
            Probes = SomeReports.Member.Probes.SetItem(ProbeRecord.LinearizableRead, failed),
        }).Findings.Select(item => item.Finding.Code));
    }

    [Fact]
    public void A_learner_that_is_down_is_no_voter()
    {
        var member = SomeReports.Member with
        {
            Peers = SomeMembers.Member.Peers! with { Learners = 1, LearnerIds = [4] },
        };

        Assert.Equal(["EtcdMemberUnreachable"], SomeReports.Of(
            member, Other(2), Other(3), Down(3, "https://10.0.0.4:2379", 4)).Findings
            .Select(item => item.Finding.Code));
    }

    [Theory]
    [InlineData(250, "etcd-sentinel-exporter recover fragmentation")]
    [InlineData(990, "etcd-sentinel-exporter recover nospace")]
    public void The_plan_for_free_pages_is_the_next_command_only_where_there_are_any(long used, string command)
    {
        var report = SomeReports.Of(
            SomeReports.Member with
            {
                Quota = new(1000, "status"),
                Status = SomeMembers.Status with { DbUsedBytes = used },
            },
            Other(2));

        Assert.EndsWith(
            command, report.Findings.First(item => item.Finding.Code == "EtcdDatabaseQuotaCritical").Command,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.5.33", "", "", "The members run different versions: 3.5.33, 3.6.14.")]
    [InlineData("3.6.14", "3.5.0", "", "All members run 3.6.14, but these store their data as 3.5.0 does.")]
    [InlineData("3.6.14", "3.5.0", "3.5.0", null)]
    [InlineData("3.6.14", "3.6.0", "", null)]
    [InlineData("3.6.14", "", "", null)]
    public void An_upgrade_that_is_not_finished_is_said(
        string version, string storage, string downgrade, string? summary)
    {
        var report = SomeReports.Of(SomeReports.Member with
        {
            Identity = SomeReports.Member.Identity! with { Version = version, StorageVersion = storage },
            Status = SomeMembers.Status with { DowngradesTo = downgrade is "" ? null : downgrade },
        }, Other(2), Other(3));

        Assert.Equal(summary, report.Findings
            .FirstOrDefault(item => item.Finding.Code is "EtcdVersionsDiffer")?.Finding.Summary);
    }

    [Fact]
    public void Without_a_quorum_and_the_other_members_the_next_command_polls_all_of_them() => Assert.Equal(
        "etcd-sentinel-exporter check",
        SomeReports.Of(SomeReports.Member with
        {
            Status = SomeMembers.Status with { HasLeader = false },
            Probes = ProbeRecord.None,
        }).Findings.First(item => item.Finding.Code == "EtcdNoQuorum").Command);

    [Fact]
    public void A_slow_leader_hands_over_to_a_voter_that_is_not_slow()
    {
        var slow = SomeReports.Member with
        {
            Status = SomeMembers.Status with { IsLeader = true },
            Recent = SomeReports.Writes(0.512),
        };

        Assert.EndsWith(
            "move-leader 3", Command(slow, Other(2) with { Recent = SomeReports.Writes(0.512) }, Other(3)),
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            "move-leader", Command(slow with { Status = SomeMembers.Status with { IsLeader = false } }, Other(2)),
            StringComparison.Ordinal);

        static string? Command(params ReadOnlySpan<MemberReading> members) => SomeReports.Of(members).Findings
            .First(item => item.Finding.Code == "EtcdFsyncDurationCritical"
                && item.Finding.Subject == SomeReports.Member.Endpoint).Command;
    }

    [Fact]
    public void A_worn_disk_that_flushes_fast_is_only_a_suspect() => Assert.StartsWith(
        "The disk under etcd may be the cause: sda", Dying(SomeReports.Writes(0.512), flush: 0.001).Verdict,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(0.001, true)]
    [InlineData(0.3, false)]
    public void Slow_fsyncs_on_a_disk_that_flushes_fast_are_explained(double flush, bool isSaid) => Assert.Equal(
        isSaid,
        SomeReports.Of(
            SomeMembers.Reading(SomeReports.Member with { Recent = SomeReports.Writes(0.512) }),
            IoOf.Reading(new(IoOf.Counts, true, IoOf.Load with { FlushLatencySeconds = flush }), IoOf.Folder()))
            .Notes.Any(note => note.Contains("look above the disk too", StringComparison.Ordinal)));

    [Fact]
    public void A_collector_that_was_not_polled_is_not_ok() => Assert.Equal(
        (ReportStatus.Unknown, "drives: not polled yet, or not for a long time."),
        Said(Diagnostician.Report(new(SomeReports.Noon.AddSeconds(5), "cp-1", "1",
        [
            SomeReports.Poll("members", SomeMembers.Reading(SomeReports.Member), MembersFindings.Judge),
            new("drives", null),
        ]))));

    [Fact]
    public void Nospace_leads_to_the_plan_for_this_cluster()
    {
        var report = SomeReports.Of(
            SomeReports.Member with { Alarms = [new(0xa1, MemberAlarms.NoSpace, IsActive: true)] });

        Assert.Equal((ReportStatus.Critical, "EtcdNoSpaceAlarm"), First(report));
        Assert.Equal("etcd-sentinel-exporter recover nospace", report.Findings[0].Command);
    }

    [Fact]
    public void An_alarm_that_all_members_tell_is_one_finding()
    {
        System.Collections.Immutable.ImmutableArray<MemberAlarm> alarms =
            [new(0xa1, MemberAlarms.NoSpace, IsActive: true)];

        Assert.Equal(["EtcdNoSpaceAlarm"], SomeReports.Of(
            SomeReports.Member with { Alarms = alarms }, Other(2) with { Alarms = alarms },
            Other(3) with { Alarms = alarms }).Findings.Select(item => item.Finding.Code));
    }

    [Fact]
    public void A_dying_disk_is_a_chain_of_the_links_that_numbers_show()
    {
        var report = Dying(SomeReports.Writes(0.512, late: 12, changes: 3));

        Assert.Equal(["disk", "fsync", "heartbeats", "leader"], report.Causes.Select(link => link.Name));
        Assert.Contains("sda (CT1000MX500SSD1): 300 ms a flush, 85 command timeouts in its life, 91 % of its rated "
            + "writes used", report.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Contains("between 256 and 512 ms", report.Causes[1].Evidence, StringComparison.Ordinal);
        Assert.StartsWith("The disk under etcd is the cause: sda", report.Verdict, StringComparison.Ordinal);
        Assert.Equal("smartctl -x /dev/sda", report.Findings[0].Command);
    }

    [Fact]
    public void A_link_that_no_number_shows_is_left_out() => Assert.Equal(
        ["disk", "fsync"], Dying(SomeReports.Writes(0.512)).Causes.Select(link => link.Name));

    [Fact]
    public void A_worn_disk_that_is_fast_causes_nothing()
    {
        var report = Dying(SomeReports.Writes(0.004));

        Assert.Empty(report.Causes);
        Assert.DoesNotContain(report.Findings, item => item.Finding.Code == "EtcdDiskSlowFlush");
    }

    [Fact]
    public void Few_slow_writes_do_not_decide() => Assert.DoesNotContain(
        SomeReports.Of(SomeReports.Member with { Recent = SomeReports.Writes(0.512, count: 0) }).Findings,
        item => item.Finding.Code.Contains("Fsync", StringComparison.Ordinal));

    [Fact]
    public void Something_that_could_not_be_seen_is_worse_than_a_warning()
    {
        var report = SomeReports.Of(SomeReports.Member with
        {
            Status = null,
            Failure = new(TlsReason.ClientCertificateExpired, "expired"),
        });

        Assert.Equal((ReportStatus.Unknown, "EtcdNotSeen"), First(report));
    }

    [Fact]
    public void Nothing_polled_nothing_found_and_a_poll_that_is_too_old_are_not_ok()
    {
        var nothing = new MembersReading(SomeReports.Noon, new([], LookedAt: [], Problems: []), []);
        var late = new NodeState(SomeReports.Noon.AddMinutes(10), "cp-1", "1",
            [SomeReports.Poll("members", SomeMembers.Reading(SomeReports.Member), MembersFindings.Judge)]);

        Assert.Equal((ReportStatus.Unknown, "etcd was not polled yet."), Said(SomeReports.Of((MembersReading?)null)));
        Assert.Equal((ReportStatus.Unknown, "No etcd was found on this node, and nothing says that one runs here."),
            Said(SomeReports.Of(nothing, IoOf.Reading(new(IoOf.Counts, true, IoOf.Load)))));
        Assert.Equal((ReportStatus.Unknown, "etcd has not been polled for a long time: restart the exporter."),
            Said(Diagnostician.Report(late)));
        Assert.Equal(ReportStatus.Ok, SomeReports.Of(nothing with
        {
            Config = nothing.Config with { OtherDatastores = ["k3s uses SQLite."] },
        }).Status);
    }

    [Fact]
    public void A_stopped_member_is_known_by_its_folder()
    {
        var folder = IoOf.Folder(backend: 3 << 20) with
        {
            Use = new(DirectoryUse.Ok,
            [
                new(DirectoryUse.Backend, new(1, 3 << 20, 3 << 20) { LastWrite = SomeReports.Noon.AddHours(-3) }),
            ]),
        };

        var report = SomeReports.Of(
            new MembersReading(SomeReports.Noon, new([], LookedAt: [], Problems: []), []),
            IoOf.Reading(new(IoOf.Counts, true, IoOf.Load), folder));

        Assert.Equal((ReportStatus.Unknown,
            "etcd does not run here; its data is in /var/lib/etcd: 3 MiB of database, last written 3 h ago."),
            Said(report));
        Assert.Contains(report.Notes, note => note.StartsWith("Without a running etcd", StringComparison.Ordinal));
    }

    [Fact]
    public void A_poll_that_fails_is_said_with_its_reason()
    {
        var failed = new Snapshot<MembersReading>("members", SomeReports.Noon)
        {
            Failure = new("forbidden", "Access to /etc/kubernetes/manifests/etcd.yaml is denied."),
        };

        var report = Diagnostician.Report(new(SomeReports.Noon, "cp-1", "1", [new("members", failed)]));

        Assert.Equal((ReportStatus.Unknown,
            "etcd could not be polled: Access to /etc/kubernetes/manifests/etcd.yaml is denied."), Said(report));
    }

    [Fact]
    public void A_disk_of_etcd_that_hangs_or_fails_is_critical()
    {
        var drive = SomeDrives.Read(SomeDrives.Drive("sda"), SomeDrives.Incident());
        var hung = SomeDrives.Reading(drive with { State = "hung" });
        var failing = SomeDrives.Reading(drive with { Health = drive.Health! with { Passed = false } });

        Assert.Contains("EtcdDiskHung", Critical(hung, voters: 3));
        Assert.Contains("EtcdDiskFailing", Critical(failing, voters: 1));
        Assert.DoesNotContain("EtcdDiskFailing", Critical(failing, voters: 3));
    }

    private static string[] Critical(EtcdSentinelExporter.Disks.Drives.DrivesReading drives, int voters) =>
    [
        .. SomeReports.Of(
            SomeMembers.Reading(SomeReports.Member with { Peers = SomeMembers.Member.Peers! with { Voters = voters } }),
            drives: drives).Findings
            .Where(item => item.Finding.Severity is Severity.Critical).Select(item => item.Finding.Code),
    ];

    private static Report Dying(
        System.Collections.Immutable.ImmutableArray<EtcdCounters> recent, double flush = 0.3)
    {
        var slow = IoOf.Load with { FlushLatencySeconds = flush };
        return SomeReports.Of(
            SomeMembers.Reading(SomeReports.Member with { Recent = recent }),
            IoOf.Reading(new(IoOf.Counts, true, slow), IoOf.Folder()),
            SomeDrives.Reading(
                SomeDrives.Read(SomeDrives.Drive("sda"), SomeDrives.Incident()) with { CarriesRole = true }),
            SomeCertificates.Reading());
    }

    private static MemberReading Other(ulong id) => SomeReports.Member with
    {
        Endpoint = $"https://10.0.0.{id}:2379",
        Identity = SomeReports.Member.Identity! with { MemberId = id, Name = $"cp-{id}" },
        Status = SomeMembers.Status with { IsLeader = false },
    };

    private static MemberReading Down(int? voters, string endpoint = "https://127.0.0.1:2379", ulong id = 0xa1) =>
        SomeReports.Member with
        {
            Endpoint = endpoint,
            Identity = SomeReports.Member.Identity! with { MemberId = id, Name = $"cp-{id}" },
            Status = null,
            Failure = NoAnswer,
            Peers = voters is { } count ? SomeMembers.Member.Peers! with { Voters = count } : null,
            Probes = ProbeRecord.None,
        };

    private static (ReportStatus, string) First(Report report) => (report.Status, report.Findings[0].Finding.Code);

    private static (ReportStatus, string) Said(Report report) => (report.Status, report.Verdict);
}
