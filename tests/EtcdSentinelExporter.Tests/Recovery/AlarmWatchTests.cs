using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Tests.Etcd.Maintenance;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

/// <summary>The minute after the disarming.</summary>
public sealed class AlarmWatchTests
{
    private static readonly ClusterFacts Disarmed = SomeCluster.Of(1, 10, 10, 10);
    private static readonly ClusterFacts Armed = Disarmed with { Alarms = [new(2, "NOSPACE")] };

    private static readonly ClusterFacts Slow = Disarmed.With(
        2, member => member with { State = null, HasQuorum = false, Failure = "timeout" });

    private readonly FakeClock _clock = new();

    private DateTimeOffset Begin { get; } = new FakeClock().GetUtcNow();

    private double Waited => (_clock.GetUtcNow() - Begin).TotalSeconds;

    [Fact]
    public async Task It_takes_a_minute_in_which_members_may_be_silent()
    {
        await PassAsync(second => second < 60 ? Slow : Disarmed);

        Assert.Equal(60, Waited);
    }

    [Fact]
    public async Task The_member_of_this_node_may_be_silent_for_a_while()
    {
        await PassAsync(second => second < 90 ? null : Disarmed);

        Assert.Equal(90, Waited);
    }

    [Fact]
    public async Task Two_minutes_without_any_answer_are_too_long()
    {
        var e = await Assert.ThrowsAsync<RecoveryException>(() => PassAsync(_ => null));

        Assert.Equal(("silent", 122), (e.Code, Waited));
    }

    [Fact]
    public async Task A_member_that_lags_reports_the_old_alarm_for_a_moment()
    {
        await PassAsync(second => second < 10 ? Armed : Disarmed);

        Assert.Equal(60, Waited);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(30, 30)]
    [InlineData(59, 60)]
    public async Task An_alarm_that_returns_stops_it(int from, double at)
    {
        var e = await Assert.ThrowsAsync<RecoveryException>(() => PassAsync(second => second >= from ? Armed : Slow));

        Assert.Equal(("armed-again", at), (e.Code, Waited));
        Assert.StartsWith("NOSPACE of cp-2 is active again: cp-1 110 MiB", e.Message, StringComparison.Ordinal);
    }

    /// <param name="at">Facts by the second; <see langword="null"/> if no member answers.</param>
    private async Task PassAsync(Func<int, ClusterFacts?> at)
    {
        var passing = new AlarmWatch(
            _ => at((int)Waited) is { } facts
                ? Task.FromResult(facts)
                : Task.FromException<ClusterFacts>(new EtcdException(EtcdReason.Timeout, "no answer")),
            new(), _clock).PassAsync(TestContext.Current.CancellationToken);
        while (!passing.IsCompleted)
        {
            await _clock.TimerAsync(_clock.GetUtcNow() + TimeSpan.FromSeconds(2));
            _clock.Advance(TimeSpan.FromSeconds(2));
            await Task.WhenAny(passing, _clock.TimerAsync(_clock.GetUtcNow() + TimeSpan.FromSeconds(2)));
        }
        await passing;
    }
}
