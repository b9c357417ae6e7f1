using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

public sealed class MembersFindingsTests
{
    [Fact]
    public void A_healthy_member_gives_no_findings() => Assert.Empty(MembersFindings.Judge(SomeMembers.Reading(SomeMembers.Member)));

    [Theory]
    [InlineData(800, 10, 1000, null)]
    [InlineData(801, 800, 1000, "EtcdDatabaseQuotaLowSpace")]
    [InlineData(950, 790, 1000, "EtcdDatabaseQuotaLowSpace")]
    [InlineData(951, 100, 1000, "EtcdDatabaseQuotaCritical")]
    [InlineData(901, 850, 1000, "EtcdDatabaseQuotaCritical")]
    public void The_database_is_held_against_its_quota(long size, long inUse, long quota, string? code)
    {
        var codes = Codes(
            SomeMembers.Member with
            {
                Status = SomeMembers.Status with { DbBytes = size, DbUsedBytes = inUse },
                Quota = new(quota, "status")
            });

        Assert.Equal(code is not null, codes.Any(c => c.StartsWith("EtcdDatabaseQuota", StringComparison.Ordinal)));
        if (code is not null)
            Assert.Contains(code, codes, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(1900, 90, 2048, true)]
    [InlineData(250, 110, 8192, false)]
    [InlineData(1900, 1000, 2048, false)]
    public void Fragmentation_counts_only_when_a_defragmentation_would_return_much_of_the_quota(
        long size, long inUse, long quota, bool told) =>
        Assert.Equal(
            told, Codes(SomeMembers.Member with
            {
                Status = SomeMembers.Status with { DbBytes = size, DbUsedBytes = inUse },
                Quota = new(quota, "status")
            })
            .Contains("EtcdHighFragmentation", StringComparer.Ordinal));

    [Fact]
    public void Live_data_that_fills_the_quota_is_told_apart_from_free_pages() =>
        Assert.Contains("EtcdDatabaseFullOfLiveData",
            Codes(SomeMembers.Member with
            {
                Status = SomeMembers.Status with { DbBytes = 780, DbUsedBytes = 760 },
                Quota = new(1000, "status")
            }));

    [Fact]
    public void An_alarm_names_the_member_that_raised_it()
    {
        var finding = Assert.Single(
            Judge(SomeMembers.Member
                with
            { Alarms = [new(0x2e14c0de, "NOSPACE", IsActive: true), new(0xa1, "CORRUPT", IsActive: false)] }));

        Assert.Equal(("EtcdNoSpaceAlarm", Severity.Critical), (finding.Code, finding.Severity));
        Assert.Contains("2e14c0de", finding.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "The NOSPACE alarm of members 1, 2 is active: the cluster rejects writes.")]
    [InlineData(60_000, "The NOSPACE alarm of members 1, 2, 3, 4, 5 and 59995 more is active: the cluster rejects writes.")]
    public void An_alarm_of_many_members_is_one_finding(int members, string summary) => Assert.Equal(summary,
        Assert.Single(Judge(SomeMembers.Member with
        {
            Alarms = [.. Enumerable.Range(1, members).Select(id => new MemberAlarm((ulong)id, "NOSPACE", IsActive: true))],
        })).Summary);

    [Fact]
    public void An_answer_that_was_truncated_is_said_with_what_was_cut()
    {
        var finding = Assert.Single(Judge(SomeMembers.Member with
        {
            AnswerParts = [new(AnswerPart.Members, true), new(AnswerPart.Alarms, false), new(AnswerPart.Errors, true)],
        }));

        Assert.Equal(
            ("SentinelCollectorFailing", Severity.Warning, SomeMembers.Member.Endpoint),
            (finding.Code, finding.Severity, finding.Subject));
        Assert.Contains("(members, errors)", finding.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_that_does_not_answer_is_unreachable_unless_it_defragments()
    {
        var down = SomeMembers.Member with { Status = null, Failure = new(EtcdReason.Timeout, "no answer") };

        Assert.Equal(["EtcdMemberUnreachable"], Codes(down));
        Assert.Empty(Codes(down with { IsDefragmenting = true }));
    }

    [Fact]
    public void A_member_that_refuses_the_exporters_certificate_was_not_seen() => Assert.Equal(
        ["EtcdNotSeen"],
        Codes(SomeMembers.Member with
        {
            Status = null,
            Failure = new(TlsReason.ClientCertificateExpired, "expired"),
        }));

    [Fact]
    public void No_quorum_is_a_linearizable_read_that_fails_while_the_local_one_works()
    {
        var record = SomeMembers.Member.Probes[ProbeRecord.Status];
        var isolated = SomeMembers.Member with
        {
            Probes = SomeMembers.Member.Probes
                .Add(ProbeRecord.SerializableRead, record)
                .Add(ProbeRecord.LinearizableRead, record with { Succeeded = false }),
        };

        Assert.Equal(["EtcdNoQuorum"], Codes(isolated));
        Assert.Equal(["EtcdNoLeader"], Codes(isolated with { Status = SomeMembers.Status with { HasLeader = false } }));
    }

    [Fact]
    public void A_manifest_that_cannot_be_read_is_said() =>
        Assert.Equal("/etc/kubernetes/manifests/etcd.yaml", Assert.Single(MembersFindings.Judge(
            new(SomeMembers.Noon,
                new([], LookedAt: [], [new("/etc/kubernetes/manifests/etcd.yaml", "malformed", "line 3")]),
                []))).Subject);

    private static string[] Codes(MemberReading member) => [.. Judge(member).Select(f => f.Code)];

    private static IEnumerable<Finding> Judge(MemberReading member) => MembersFindings.Judge(SomeMembers.Reading(member));
}
