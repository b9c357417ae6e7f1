using EtcdSentinelExporter.Certificates.Pem;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

public sealed class PageAccessTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly FakeClock _clock = new();
    private readonly FakeMember _member;

    public PageAccessTests()
    {
        _member = new(_clock) { Page = Page() };
        LockOut(EtcdReason.Credentials);
    }

    [Theory]
    [InlineData(EtcdReason.Credentials, true)]
    [InlineData(TlsReason.ClientCertificateRejected, false)]
    public async Task A_member_that_does_not_let_us_in_is_read_off_its_page(string reason, bool hasClientPair)
    {
        LockOut(reason);
        _member.HasClientPair = hasClientPair;

        var reading = await ExamineAsync(null);

        Assert.Equal(
            new MemberIdentity("cp-1", FakeMember.Id, 0, "3.4.23", "") { Access = "metrics" }, reading.Identity);
        Assert.Equal(
            new MemberStatus
            {
                HasLeader = true,
                IsLeader = true,
                IsLearner = false,
                RaftTerm = null,
                RaftIndex = 900,
                RaftAppliedIndex = 899,
                Revision = 700,
                DbBytes = 1000,
                DbUsedBytes = 250,
            },
            reading.Status);
        Assert.Equal(new MemberQuota(4000, "metrics"), reading.Quota);
        Assert.True(reading is { IsUp: true, Failure: null, Peers: null, CompactRevision: 600 });
        Assert.Equal([ProbeRecord.MetricsPage, ProbeRecord.Status, ProbeRecord.Health], _member.Asked);
    }

    [Theory]
    [InlineData(LoadProblem.Missing, true)]
    [InlineData(LoadProblem.Forbidden, true)]
    [InlineData(LoadProblem.KeyUnsupported, true)]
    [InlineData(LoadProblem.Malformed, false)]
    [InlineData(LoadProblem.KeyMismatch, false)]
    [InlineData(LoadProblem.Torn, false)]
    public async Task A_pair_that_is_not_there_is_no_trouble_and_one_that_is_broken_is(string problem, bool isUp)
    {
        _member.CredentialProblems = [new(problem, "the key")];

        Assert.Equal(isUp, (await ExamineAsync(null)).IsUp);
    }

    [Fact]
    public async Task A_user_that_may_not_see_the_status_still_reads_what_it_may()
    {
        LockOut(EtcdReason.Auth);

        var reading = await ExamineAsync(null);

        Assert.True(reading is { IsUp: true, Failure: null, Identity.Access: "metrics", Quota.Bytes: 4000 });
        Assert.Equal(1000, reading.Status!.DbBytes);
        Assert.Equal((650L, 2), (reading.CompactorRevision, reading.Peers?.Voters));
        Assert.Equal(
            [(ProbeRecord.LinearizableRead, true), (ProbeRecord.SerializableRead, true), (ProbeRecord.Status, false)],
            reading.Probes.Where(probe => probe.Key.Contains("read", StringComparison.Ordinal) || probe.Key == "status")
                .Select(probe => (probe.Key, probe.Value.Succeeded!.Value)));
    }

    [Theory]
    [InlineData(EtcdReason.NoLeader)]
    [InlineData(EtcdReason.Timeout)]
    public async Task While_no_token_can_be_had_the_page_speaks_and_the_member_does_not_count_as_silent(string reason)
    {
        var failure = new EtcdException(reason, "the login failed") { IsLogin = true };
        foreach (var probe in new[] { ProbeRecord.Status, ProbeRecord.SerializableRead, ProbeRecord.LinearizableRead })
            _member.Fails[probe] = failure;

        var reading = await ExamineAsync(null);
        _member.Fails[ProbeRecord.MetricsPage] = new EtcdException(EtcdReason.Unreachable, "x");
        var silent = await ExamineAsync(reading);

        Assert.True(reading is { IsUp: true, Identity.Access: "metrics", Status.HasLeader: true });
        Assert.Equal(reason, reading.Probes[ProbeRecord.LinearizableRead].Failure?.Reason);
        Assert.True(silent is { IsUp: false, UnansweredStatuses: 0, StatusNotBefore: null });
        Assert.Equal(reason, silent.Failure!.Reason);
    }

    [Fact]
    public async Task A_login_that_is_not_due_is_no_refusal_by_etcd()
    {
        var paused = new EtcdException(EtcdReason.Auth, "not due") { IsLogin = true, IsPaused = true };
        _member.Fails[ProbeRecord.Status] = paused;
        MemberReading? reading = null;
        for (var poll = 0; poll < 20; poll++)
        {
            reading = await ExamineAsync(reading);
            _clock.Advance(Every);
        }

        var record = reading!.Probes[ProbeRecord.Status];
        Assert.Equal(("auth", 0, 0L), (record.Failure?.Reason, record.Refusals, record.Durations.Count));
        Assert.Equal(20, _member.Asked.Count(probe => probe == ProbeRecord.Status));
    }

    [Fact]
    public async Task Refused_calls_are_repeated_less_and_less_often_and_stay_refused_in_between()
    {
        LockOut(EtcdReason.Auth);
        _member.Fails[ProbeRecord.SerializableRead] = _member.Fails[ProbeRecord.LinearizableRead] =
            _member.Fails[ProbeRecord.MemberList] = new EtcdException(EtcdReason.Auth, "not for you");
        MemberReading? reading = null;
        for (var poll = 0; poll < 240; poll++)
        {
            reading = await ExamineAsync(reading);
            Assert.All(
                [ProbeRecord.Status, ProbeRecord.SerializableRead, ProbeRecord.LinearizableRead],
                probe => Assert.Equal("auth", reading.Probes[probe].Failure?.Reason));
            Assert.True(reading.IsUp);
            _clock.Advance(Every);
        }

        // In an hour: after 30, 60, 120 and 240 s, and then every 5 minutes.
        Assert.InRange(_member.Asked.Count(probe => probe == ProbeRecord.Status), 14, 17);
        Assert.InRange(_member.Asked.Count(probe => probe == ProbeRecord.SerializableRead), 14, 17);
        Assert.InRange(_member.Asked.Count(probe => probe == ProbeRecord.MemberList), 10, 17);
    }

    [Fact]
    public async Task A_user_that_is_granted_the_status_brings_gRPC_back_within_5_minutes()
    {
        LockOut(EtcdReason.Auth);
        var reading = await ExamineAsync(null);
        _member.Fails.Clear();
        for (var poll = 0; poll < 20; poll++)
        {
            _clock.Advance(Every);
            reading = await ExamineAsync(reading);
        }

        Assert.Equal("grpc", reading.Identity!.Access);
    }

    [Theory]
    [InlineData(EtcdReason.Unreachable)]
    [InlineData(EtcdReason.Timeout)]
    [InlineData(EtcdReason.NotGrpc)]
    [InlineData(TlsReason.UntrustedCa)]
    [InlineData(TlsReason.ClientCertificateRejected)]
    [InlineData(TlsReason.ClientCertificateExpired)]
    public async Task Any_other_trouble_is_trouble_whatever_the_page_says(string reason)
    {
        LockOut(reason);

        var reading = await ExamineAsync(null);

        Assert.True(reading is { IsUp: false, Status: null, Failure: not null });
    }

    [Theory]
    [InlineData("etcd_disk_defrag_inflight 0\n")]
    [InlineData("")]
    public async Task A_page_that_says_too_little_leaves_the_failure(string page)
    {
        _member.Page = page;

        Assert.Equal(EtcdReason.Credentials, (await ExamineAsync(null)).Failure?.Reason);
    }

    [Theory]
    [InlineData(true, true, false)]
    [InlineData(false, true, true)]
    [InlineData(false, false, null)]
    public async Task The_alarm_is_what_makes_health_fail_unless_it_is_left_out(
        bool healthy, bool despiteNoSpace, bool? isActive)
    {
        _member.Health = (healthy, despiteNoSpace);

        var reading = await ExamineAsync(null);

        Assert.Equal(isActive is { } said ? [new(FakeMember.Id, "NOSPACE", said)] : [], reading.Alarms.AsEnumerable());
    }

    [Fact]
    public async Task Without_an_answer_to_health_nothing_is_said_of_alarms()
    {
        _member.Fails[ProbeRecord.Health] = new EtcdException(EtcdReason.HttpStatus, "404");

        Assert.Empty((await ExamineAsync(null)).Alarms);
    }

    // Each request of /health is an entry in the raft log of an older etcd.
    [Theory]
    [InlineData("3.4.28", 2L << 30, 1L << 30, false)]
    [InlineData("3.4.28", 2L << 30, 17L << 27, true)]
    [InlineData("3.4.29", 2L << 30, 1L << 30, true)]
    [InlineData("3.5.0", 2L << 30, 1L << 30, true)]
    [InlineData("3.4.23", -1L, 1L << 30, false)]
    public async Task Health_of_an_older_etcd_is_asked_only_near_the_quota(
        string version, long quota, long size, bool isAsked)
    {
        _member.Page = Page(version, quota, size);
        var first = await ExamineAsync(null);
        var asked = _member.Asked.Contains(ProbeRecord.Health);
        _member.Asked.Clear();
        _clock.Advance(2 * Every);

        var reading = await ExamineAsync(first);

        Assert.True(asked);
        Assert.Equal(isAsked, _member.Asked.Contains(ProbeRecord.Health));
        Assert.Equal(isAsked, reading.Probes.ContainsKey(ProbeRecord.Health));
        Assert.Equal(isAsked ? 1 : 0, reading.Alarms.Length);
    }

    [Fact]
    public async Task An_alarm_of_an_older_etcd_is_followed_after_its_database_has_shrunk()
    {
        _member.Health = (false, true);
        var full = await ExamineAsync(null);
        _member.Page = Page("3.4.23", 2L << 30, 1000);
        // As while it defragments, and as while its page cannot be read.
        _member.Health = (false, false);
        _clock.Advance(2 * Every);
        var unknown = await ExamineAsync(full);
        _member.Fails[ProbeRecord.MetricsPage] = new EtcdException(EtcdReason.Timeout, "silent");
        _clock.Advance(2 * Every);
        var silent = await ExamineAsync(unknown);
        _member.Fails.Remove(ProbeRecord.MetricsPage);
        _member.Health = (false, true);
        _clock.Advance(2 * Every);
        var shrunk = await ExamineAsync(silent);
        _member.Health = (true, true);
        _clock.Advance(2 * Every);
        var disarmed = await ExamineAsync(shrunk);
        _clock.Advance(2 * Every);
        _member.Asked.Clear();
        var later = await ExamineAsync(disarmed);

        Assert.True(Assert.Single(shrunk.Alarms).IsActive);
        Assert.False(Assert.Single(disarmed.Alarms).IsActive);
        Assert.Empty(later.Alarms);
        Assert.DoesNotContain(ProbeRecord.Health, _member.Asked);
    }

    [Fact]
    public async Task Health_is_asked_every_second_poll_and_its_answer_stays_in_between()
    {
        _member.Health = (false, true);
        MemberReading? reading = null;
        for (var poll = 0; poll < 4; poll++)
        {
            reading = await ExamineAsync(reading);
            Assert.True(Assert.Single(reading.Alarms).IsActive);
            _clock.Advance(Every);
        }

        Assert.Equal(4, _member.Asked.Count(p => p == ProbeRecord.Health));
    }

    [Fact]
    public async Task A_key_that_comes_brings_gRPC_back_and_one_that_goes_keeps_what_the_member_is()
    {
        var locked = await ExamineAsync(null);
        _member.Fails.Clear();
        _clock.Advance(Every);
        var open = await ExamineAsync(locked);
        LockOut(EtcdReason.Credentials);
        _clock.Advance(Every);
        var again = await ExamineAsync(open);

        Assert.Equal(("grpc", 0xc0ffeeUL, 4), (open.Identity!.Access, open.Identity.ClusterId, open.Alarms.Length));
        Assert.Equal(
            ("metrics", 0xc0ffeeUL, "cp-1"), (again.Identity!.Access, again.Identity.ClusterId, again.Identity.Name));
        Assert.False(open.Probes.ContainsKey(ProbeRecord.Health));
        Assert.False(again.Probes.ContainsKey(ProbeRecord.MemberList));
    }

    [Fact]
    public async Task What_cannot_be_known_of_such_a_member_is_absent()
    {
        var text = MembersMetrics.Families.Text(SomeMembers.Reading(await ExamineAsync(null)));

        Assert.Contains(
            "member_info{etcd_endpoint=\"https://127.0.0.1:2379\",member=\"cp-1\",member_id=\"a1\",cluster_id=\"\","
            + "version=\"3.4.23\",storage_version=\"\",access=\"metrics\"} 1\n",
            text, StringComparison.Ordinal);
        Assert.Contains(
            "etcd_sentinel_member_up{etcd_endpoint=\"https://127.0.0.1:2379\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("raft_term{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("cluster_members{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("alarm=\"CORRUPT\"", text, StringComparison.Ordinal);
    }

    private void LockOut(string reason) => _member.Fails[ProbeRecord.Status] = new EtcdException(reason, "not for you");

    private static string Page(string version = "3.4.23", long quota = 4000, long size = 1000) => $$"""
        etcd_server_quota_backend_bytes {{quota}}
        etcd_disk_defrag_inflight 0
        etcd_debugging_mvcc_compact_revision 600
        etcd_debugging_mvcc_current_revision 700
        etcd_mvcc_db_total_size_in_bytes {{size}}
        etcd_mvcc_db_total_size_in_use_in_bytes 250
        etcd_server_has_leader 1
        etcd_server_is_leader 1
        etcd_server_is_learner 0
        etcd_server_proposals_committed_total 900
        etcd_server_proposals_applied_total 899
        etcd_server_id{server_id="a1"} 1
        etcd_server_version{server_version="{{version}}"} 1

        """;

    private Task<MemberReading> ExamineAsync(MemberReading? before) =>
        new MemberExaminer(_member, SomeMembers.Installation, Every, _clock).ExamineAsync(before, CancellationToken.None);
}
