using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Tests.Support;
using Etcdserverpb;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Members;

public sealed class MemberExaminerTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly FakeClock _clock = new();
    private readonly FakeMember _member;

    public MemberExaminerTests() => _member = new(_clock);

    [Fact]
    public async Task A_healthy_voter_is_asked_everything_once()
    {
        var reading = await ExamineAsync(null);

        Assert.Equal(
            [ProbeRecord.MetricsPage, ProbeRecord.Status, ProbeRecord.SerializableRead, ProbeRecord.LinearizableRead,
                ProbeRecord.MemberList],
            _member.Asked);
        Assert.Equal(new MemberIdentity("cp-1", FakeMember.Id, 0xc0ffee, "3.4.23", ""), reading.Identity);
        Assert.Equal(new MemberQuota(4000, "metrics"), reading.Quota);
        Assert.Equal(0.75, reading.Status?.FragmentationRatio);
        Assert.True(reading is { IsUp: true, IsDefragmenting: false, CompactRevision: 600, CompactorRevision: 650 });
        Assert.All(reading.Probes.Values, probe => Assert.True(probe.Succeeded));
    }

    [Fact]
    public async Task The_costlier_questions_are_asked_every_second_and_fourth_poll()
    {
        MemberReading? reading = null;
        for (var poll = 0; poll < 8; poll++)
        {
            reading = await ExamineAsync(reading);
            _clock.Advance(Every);
        }

        Assert.Equal(8, _member.Asked.Count(p => p == ProbeRecord.Status));
        Assert.Equal(4, _member.Asked.Count(p => p == ProbeRecord.LinearizableRead));
        Assert.Equal(2, _member.Asked.Count(p => p == ProbeRecord.MemberList));
        Assert.Equal(8, reading!.Probes[ProbeRecord.Status].Durations.Count);
        Assert.Equal(8 * 0.003, reading.Probes[ProbeRecord.Status].Durations.Sum, 6);
    }

    // docs/performance.md has these numbers.
    [Theory]
    [InlineData("3.4.23", 0)]
    [InlineData("3.6.1", 60)]
    public async Task In_an_hour_a_member_is_asked_exactly_so_often(string version, int checks)
    {
        _member.Status.Version = version;
        MemberReading? reading = null;
        for (var poll = 0; poll < 240; poll++)
        {
            var start = _clock.GetUtcNow();
            reading = await ExamineAsync(reading);
            _clock.Advance(start + Every - _clock.GetUtcNow());
        }

        Assert.Equal(
            [240, 240, 240, 120, 60, checks, checks],
            new[]
            {
                ProbeRecord.MetricsPage, ProbeRecord.Status, ProbeRecord.SerializableRead, ProbeRecord.LinearizableRead,
                ProbeRecord.MemberList, ProbeRecord.Livez, ProbeRecord.Readyz,
            }.Select(probe => _member.Asked.Count(asked => asked == probe)));
        Assert.Equal(900 + (2 * checks), _member.Asked.Count);
    }

    [Fact]
    public async Task Of_an_answer_without_end_the_first_members_and_alarms_are_kept()
    {
        _member.Members.Members.Add(
            Enumerable.Range(1000, 20_000).Select(n => new Member { ID = (ulong)n, Name = $"m-{n}" }));
        _member.Status.Errors.Add(Enumerable.Range(1, 20_000).Select(n => $"memberID:{n} alarm:NOSPACE "));

        var reading = await ExamineAsync(null);

        Assert.Equal(
            [new("members", true), new("alarms", true), new AnswerPart("errors", false)], reading.AnswerParts.ToArray());
        Assert.Equal((20_002, AnswerLimits.MaxMembers), (reading.Peers!.Voters, reading.Peers.NamesById.Count));
        // Both alarms of each member that is known, and those of members that are not in the list.
        Assert.InRange(reading.Alarms.Length, AnswerLimits.MaxAlarms, 2 * AnswerLimits.MaxAlarms);
        Assert.Equal(AnswerLimits.MaxAlarms, reading.Alarms.Count(alarm => alarm.IsActive));
    }

    [Fact]
    public async Task A_member_that_is_listed_twice_is_one_member()
    {
        _member.Members.Members.Add(
            Enumerable.Repeat(new Member { ID = FakeMember.Other, Name = "cp-2" }, 10_000));

        var reading = await ExamineAsync(null);

        Assert.Equal((2, 4), (reading.Peers!.Voters, reading.Alarms.Length));
        Assert.All(reading.AnswerParts, part => Assert.False(part.IsTruncated));
    }

    [Fact]
    public async Task Names_and_versions_are_no_longer_than_a_label_should_be()
    {
        _member.Members.Members[0].Name = new string('n', 5000);
        _member.Status.Version = new string('9', 5000);
        _member.Status.StorageVersion = new string('8', 5000);

        var identity = (await ExamineAsync(null)).Identity!;

        Assert.Equal(
            (AnswerLimits.MaxNameLength, AnswerLimits.MaxNameLength, AnswerLimits.MaxNameLength),
            (identity.Name.Length, identity.Version.Length, identity.StorageVersion.Length));
    }

    [Fact]
    public async Task A_learner_is_asked_nothing_that_it_refuses()
    {
        _member.Status.IsLearner = true;

        var reading = await ExamineAsync(null);

        Assert.Equal([ProbeRecord.MetricsPage, ProbeRecord.Status, ProbeRecord.SerializableRead], _member.Asked);
        Assert.False(reading.Probes.ContainsKey(ProbeRecord.LinearizableRead));
        Assert.Equal([FakeMember.Id], reading.Alarms.Select(a => a.MemberId).Distinct());
        Assert.Equal(["alarms", "errors"], reading.AnswerParts.Select(part => part.Name));
    }

    [Fact]
    public async Task A_member_that_fails_keeps_who_it_is_and_says_nothing_else()
    {
        var healthy = await ExamineAsync(null);
        _member.Fails[ProbeRecord.Status] = new EtcdException(EtcdReason.Unreachable, "connection refused");
        _clock.Advance(Every);

        var down = await ExamineAsync(healthy);

        Assert.False(down.IsUp);
        Assert.Equal(new MemberFailure(EtcdReason.Unreachable, "connection refused"), down.Failure);
        Assert.Equal(healthy.Identity, down.Identity);
        Assert.True(down is { Status: null, Quota: null, Alarms.IsEmpty: true, AnswerParts.IsEmpty: true });
        Assert.False(down.Probes[ProbeRecord.Status].Succeeded);
        Assert.Null(down.Probes[ProbeRecord.LinearizableRead].Succeeded);
        Assert.Equal(1, down.Probes[ProbeRecord.LinearizableRead].Durations.Count);
    }

    [Fact]
    public async Task A_member_that_defragments_is_up_and_is_not_disturbed()
    {
        _member.Page = "etcd_disk_defrag_inflight 1\n";

        var reading = await ExamineAsync(null);

        Assert.Equal([ProbeRecord.MetricsPage], _member.Asked);
        Assert.True(reading is
        {
            IsUp: true, IsDefragmenting: true, Failure.Reason: MemberFailure.Defragmenting,
            Status: null
        });
    }

    [Fact]
    public async Task A_defragmentation_that_began_after_the_page_was_read_is_found_out()
    {
        _member.Fails[ProbeRecord.Status] = new EtcdException(EtcdReason.Timeout, "no answer");
        var pages = new Queue<string>(["etcd_disk_defrag_inflight 0\n", "etcd_disk_defrag_inflight 1\n"]);
        var member = new PagingMember(_member, () => _member.Page = pages.Dequeue());

        var reading = await new MemberExaminer(member, installation: null, Every, _clock)
            .ExamineAsync(null, CancellationToken.None);

        Assert.True(reading is { IsUp: true, Failure.Reason: MemberFailure.Defragmenting });
    }

    [Fact]
    public async Task Status_is_not_repeated_every_time_while_neither_it_nor_the_page_is_answered()
    {
        _member.Fails[ProbeRecord.Status] = new EtcdException(EtcdReason.Timeout, "no answer");
        _member.Fails[ProbeRecord.MetricsPage] = new EtcdException(EtcdReason.Timeout, "no page");
        MemberReading? reading = null;
        for (var poll = 0; poll < 80; poll++)
        {
            reading = await ExamineAsync(reading);
            Assert.Equal(EtcdReason.Timeout, reading.Failure?.Reason);
            _clock.Advance(Every);
        }

        // 20 minutes: after 0, 15 s, 45 s, 105 s, 225 s, 465 s, and every five minutes from then on.
        Assert.InRange(_member.Asked.Count(p => p == ProbeRecord.Status), 7, 9);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_wait_is_over_as_soon_as_the_page_answers_or_the_port_refuses(bool isBack)
    {
        _member.Fails[ProbeRecord.Status] = new EtcdException(EtcdReason.Timeout, "no answer");
        _member.Fails[ProbeRecord.MetricsPage] = new EtcdException(EtcdReason.Timeout, "no page");
        MemberReading? reading = null;
        for (var poll = 0; poll < 12; poll++)
        {
            reading = await ExamineAsync(reading);
            _clock.Advance(Every);
        }
        _member.Fails.Clear();
        if (!isBack)
        {
            _member.Fails[ProbeRecord.Status] = new EtcdException(EtcdReason.Unreachable, "refused");
            _member.Fails[ProbeRecord.MetricsPage] = new EtcdException(EtcdReason.Unreachable, "refused");
        }

        reading = await ExamineAsync(reading);

        Assert.Equal(isBack ? null : EtcdReason.Unreachable, reading.Failure?.Reason);
        Assert.True(reading is { UnansweredStatuses: 0, StatusNotBefore: null });
    }

    [Fact]
    public async Task A_call_that_waits_for_the_one_before_it_is_the_same_silence()
    {
        _member.Fails[ProbeRecord.Status] = new EtcdException(EtcdReason.Busy, "still waiting");

        var reading = await ExamineAsync(null);

        Assert.Equal(new MemberFailure(EtcdReason.Timeout, "still waiting"), reading.Failure);
        Assert.Equal(0, reading.Probes[ProbeRecord.Status].Durations.Count);
    }

    [Fact]
    public async Task Each_question_says_why_it_was_not_answered()
    {
        _member.Fails[ProbeRecord.SerializableRead] = new EtcdException(EtcdReason.Auth, "user name is empty");

        var reading = await ExamineAsync(null);

        Assert.Equal(
            new MemberFailure(EtcdReason.Auth, "user name is empty"),
            reading.Probes[ProbeRecord.SerializableRead].Failure);
        Assert.Null(reading.Probes[ProbeRecord.Status].Failure);
    }

    [Fact]
    public async Task The_compactors_revision_is_absent_once_it_cannot_be_read_and_its_age_goes_on()
    {
        var before = await ExamineAsync(null);
        _member.Fails[ProbeRecord.SerializableRead] = new EtcdException(EtcdReason.Timeout, "no answer");
        _clock.Advance(Every);

        var now = await ExamineAsync(before);

        Assert.Equal(650, before.CompactorRevision);
        Assert.Null(now.CompactorRevision);
        Assert.Equal(before.Compaction, now.Compaction);
    }

    [Fact]
    public async Task Another_member_behind_the_same_address_does_not_inherit_the_name()
    {
        var before = await ExamineAsync(null);
        _member.Status.Header.MemberId = 0xdddd;
        _member.Status.IsLearner = true;

        Assert.Equal("", (await ExamineAsync(before)).Identity?.Name);
    }

    [Fact]
    public async Task What_could_not_be_asked_any_more_is_not_held_against_the_member()
    {
        using var over = new CancellationTokenSource();
        var member = new PagingMember(_member, over.Cancel);

        var reading = await new MemberExaminer(member, installation: null, Every, _clock)
            .ExamineAsync(null, over.Token);

        Assert.False(reading.Probes.ContainsKey(ProbeRecord.Status));
        Assert.Equal(0, reading.UnansweredStatuses);
    }

    [Fact]
    public async Task Without_a_leader_the_local_answers_stay()
    {
        _member.Status.Leader = 0;
        _member.Status.Errors.Add("etcdserver: no leader");
        _member.Fails[ProbeRecord.LinearizableRead] = new EtcdException(EtcdReason.NoLeader, "no leader");

        var reading = await ExamineAsync(null);

        Assert.True(reading is { IsUp: true, Status: { HasLeader: false, IsLeader: false } });
        Assert.False(reading.Probes[ProbeRecord.LinearizableRead].Succeeded);
        Assert.True(reading.Probes[ProbeRecord.SerializableRead].Succeeded);
    }

    [Fact]
    public async Task Alarms_of_every_known_member_are_said_active_or_not()
    {
        _member.Status.Errors.Add($"memberID:{FakeMember.Other} alarm:NOSPACE ");

        var reading = await ExamineAsync(null);

        MemberAlarm[] expected =
        [
            new(FakeMember.Id, "NOSPACE", IsActive: false), new(FakeMember.Id, "CORRUPT", IsActive: false),
            new(FakeMember.Other, "NOSPACE", IsActive: true), new(FakeMember.Other, "CORRUPT", IsActive: false),
        ];
        Assert.Equal(expected, reading.Alarms);
    }

    [Fact]
    public async Task A_poll_whose_time_is_up_hands_over_what_it_has()
    {
        using var over = new CancellationTokenSource();
        var member = new PagingMember(_member, () => { }, beforeList: () =>
        {
            over.Cancel();
            over.Token.ThrowIfCancellationRequested();
        });

        var reading = await new MemberExaminer(member, installation: null, Every, _clock)
            .ExamineAsync(null, over.Token);

        Assert.NotNull(reading.Status);
        Assert.False(reading.Probes[ProbeRecord.MemberList].Succeeded);
        Assert.Null(reading.Peers);
    }

    private Task<MemberReading> ExamineAsync(MemberReading? before) =>
        new MemberExaminer(_member, installation: null, Every, _clock).ExamineAsync(before, CancellationToken.None);
}
