using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Support;
using Etcdserverpb;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Keyspace;

public sealed class KeyspaceProbeTests
{
    private readonly FakeClock _clock = new();
    private readonly FakeKeyspace _etcd;

    public KeyspaceProbeTests() => _etcd = new FakeKeyspace(_clock).With(
        "/registry/namespaces/default", "/registry/pods/shop/cart");

    [Fact]
    public async Task The_follower_with_the_smallest_ID_is_counted()
    {
        var member = await ReadAsync();

        Assert.Null(member.Skip);
        Assert.Equal(2, member.Counts?.Total);
    }

    [Fact]
    public async Task A_single_member_is_counted()
    {
        _etcd.Members.Members.Clear();
        _etcd.Members.Members.Add(new Member { ID = FakeKeyspace.Id, Name = "cp-2" });
        _etcd.Status.Leader = FakeKeyspace.Id;

        Assert.NotNull((await ReadAsync()).Counts);
    }

    [Theory]
    [InlineData(FakeKeyspace.Id, "other_member")]
    [InlineData(FakeKeyspace.Other, "other_member")]
    [InlineData(0, "no_leader")]
    public async Task Others_are_not(ulong leader, string reason)
    {
        _etcd.Status.Leader = leader;

        await AssertSkippedAsync(reason);
    }

    [Fact]
    public async Task A_member_that_never_started_has_no_turn()
    {
        _etcd.Members.Members.Single(one => one.ID == FakeKeyspace.Leader).Name = "";
        _etcd.Status.Leader = FakeKeyspace.Other;

        Assert.Null((await ReadAsync()).Skip);
    }

    [Fact]
    public async Task A_learner_is_asked_nothing_else()
    {
        _etcd.Status.IsLearner = true;

        await AssertSkippedAsync("learner");
    }

    [Fact]
    public async Task Under_an_alarm_nothing_is_counted()
    {
        _etcd.Status.Errors.Add("memberID:3 alarm:NOSPACE ");

        await AssertSkippedAsync("alarm");
    }

    [Theory]
    [InlineData(EtcdReason.Auth, "no_access")]
    [InlineData(EtcdReason.Credentials, "no_access")]
    [InlineData(EtcdReason.Timeout, "unanswered")]
    [InlineData(EtcdReason.Unreachable, "unanswered")]
    public async Task A_member_that_does_not_answer_is_no_failure_of_this_collector(string reason, string skip)
    {
        _etcd.StatusFails = new(reason, "no");

        await AssertSkippedAsync(skip);
    }

    [Fact]
    public async Task A_member_that_defragments_is_left_alone()
    {
        SetPages(FakeKeyspace.PageWith(commits: 100, slow: 0) with { IsDefragmenting = true });

        await AssertSkippedAsync("defragmenting");
    }

    [Fact]
    public async Task Without_its_page_the_state_of_its_disk_is_not_known()
    {
        SetPages([null]);

        await AssertSkippedAsync("unknown_commits");
    }

    [Fact]
    public async Task Slow_commits_now_or_since_the_last_poll_skip_the_count()
    {
        SetPages(FakeKeyspace.PageWith(100, slow: 0), FakeKeyspace.PageWith(110, slow: 5));
        await AssertSkippedAsync("slow_commits");

        SetPages(FakeKeyspace.PageWith(200, slow: 10));
        var before = await ReadAsync();
        SetPages(FakeKeyspace.PageWith(300, slow: 60));
        var after = await ReadAsync(before);

        Assert.Null(before.Skip);
        Assert.Equal("slow_commits", after.Skip);
    }

    [Fact]
    public async Task The_next_count_comes_after_a_thousand_times_the_last_at_the_earliest()
    {
        _etcd.Takes = TimeSpan.FromMilliseconds(9);
        var first = await ReadAsync();
        _clock.Advance(first.Last!.Value.Took * 900);
        var early = await ReadAsync(first);
        _clock.Advance(first.Last!.Value.Took * 101);
        var due = await ReadAsync(early);

        Assert.Equal("not_due", early.Skip);
        Assert.Equal(first.Counts, early.Counts);
        Assert.Null(due.Skip);
        Assert.NotEqual(first.Counts, due.Counts);
    }

    [Fact]
    public async Task Counts_stay_for_an_hour_under_an_alarm_and_go_at_once_when_another_member_is_asked()
    {
        var first = await ReadAsync();
        _etcd.Status.Errors.Add("memberID:3 alarm:NOSPACE ");
        var during = await ReadAsync(first);
        _clock.Advance(TimeSpan.FromMinutes(61));
        var later = await ReadAsync(during);
        _etcd.Status.Errors.Clear();
        _etcd.Status.Leader = FakeKeyspace.Id;
        var moved = await ReadAsync(first);

        Assert.Equal(first.Counts, during.Counts);
        Assert.Null(later.Counts);
        Assert.Null(moved.Counts);
        Assert.Equal(first.Map, moved.Map);
    }

    [Fact]
    public async Task A_count_that_fails_shows_as_a_failed_poll_and_has_no_counts()
    {
        _etcd.Fails = range => _etcd.Asked.Count > 5 ? new(EtcdReason.Timeout, "no response within 5 s") : null;

        var member = await ReadAsync();

        Assert.Equal(new ProbeFailure("io", "no response within 5 s"), member.Failure);
        Assert.Null(member.Counts);
        Assert.NotNull(member.Last);
    }

    [Fact]
    public async Task A_poll_without_time_has_no_counts()
    {
        using var late = new CancellationTokenSource();
        _etcd.Fails = _ =>
        {
            late.Cancel();
            return null;
        };

        var reading = await Probe().ReadAsync(previous: null, late.Token);

        Assert.Equal("timeout", reading.Failure?.Reason);
        Assert.Null(Assert.Single(reading.Members).Counts);
    }

    [Fact]
    public async Task Somebody_who_asks_once_gets_an_answer_of_any_follower_and_at_once()
    {
        _etcd.Takes = TimeSpan.FromMilliseconds(9);
        _etcd.Status.Leader = FakeKeyspace.Other;
        var first = await ReadAsync(isOneShot: true);
        var second = await ReadAsync(first, isOneShot: true);
        _etcd.Status.Leader = FakeKeyspace.Id;

        Assert.NotNull(first.Counts);
        Assert.NotEqual(first.Counts, second.Counts);
        Assert.Equal("other_member", (await ReadAsync(isOneShot: true)).Skip);
    }

    [Fact]
    public async Task Growth_is_that_of_the_last_hour()
    {
        var member = await ReadAsync();
        for (var poll = 0; poll < 10; poll++)
        {
            _etcd.With(Enumerable.Range(0, 100).Select(n => $"/registry/pods/shop/{poll}-{n}"));
            _clock.Advance(TimeSpan.FromMinutes(10));
            member = await ReadAsync(member);
        }

        Assert.Equal(600, member.GrowthPerHour("pods"));
        Assert.Equal(0, member.GrowthPerHour("namespaces"));
        Assert.InRange(member.Earlier.Length, 6, 7);
    }

    private void SetPages(params ReadOnlySpan<EtcdSentinelExporter.Etcd.Members.EtcdPage?> pages)
    {
        _etcd.Pages.Clear();
        foreach (var page in pages)
            _etcd.Pages.Enqueue(page);
    }

    private async Task AssertSkippedAsync(string reason)
    {
        var member = await ReadAsync();

        Assert.Equal(reason, member.Skip);
        Assert.Null(member.Counts);
        Assert.Empty(_etcd.Asked);
    }

    private async Task<MemberKeyspace> ReadAsync(MemberKeyspace? before = null, bool isOneShot = false) =>
        Assert.Single((await Probe(isOneShot).ReadAsync(
            before is null ? null : new(_clock.GetUtcNow(), [before]), CancellationToken.None)).Members);

    private KeyspaceProbe Probe(bool isOneShot = false) => new(
        _ => Task.FromResult(new EtcdDiscovered([], LookedAt: [], Problems: [])),
        new([EtcdEndpoint.Parse("https://127.0.0.1:2379")], null, null, null, null),
        _ => [_etcd], () => ApiServerRoots.Usual, new() { Window = TimeSpan.Zero }, isOneShot, _clock);
}
