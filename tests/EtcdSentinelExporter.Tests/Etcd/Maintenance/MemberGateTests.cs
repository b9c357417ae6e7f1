using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Maintenance;

public sealed class MemberGateTests
{
    private static readonly ClusterFacts Well = SomeCluster.Of(1, 10, 10, 10);
    private static readonly ClusterFacts Ill = Well.With(2, member => member with { Failure = "timeout" });

    private readonly FakeClock _clock = new();
    private ImmutableHashSet<ulong> _silent = [];

    private DateTimeOffset Begin { get; } = new FakeClock().GetUtcNow();

    [Fact]
    public async Task It_takes_30_seconds_even_if_all_is_well()
    {
        Assert.Null(await PassAsync(_ => Well));
        Assert.Equal(30, Waited);
    }

    [Fact]
    public async Task A_member_that_was_silent_must_answer_for_10_seconds()
    {
        Assert.Null(await PassAsync(second => second is 28 ? Ill : Well));
        Assert.Equal(38, Waited);
    }

    [Fact]
    public async Task After_60_seconds_it_says_what_is_wrong()
    {
        Assert.Equal("cp-2 does not answer: timeout", await PassAsync(_ => Ill));
        Assert.Equal(60, Waited);
    }

    [Fact]
    public async Task A_member_that_comes_and_goes_does_not_pass()
    {
        Assert.NotNull(await PassAsync(second => second % 5 == 0 ? Ill : Well));
        Assert.Equal(60, Waited);
    }

    [Fact]
    public async Task Members_that_do_not_agree_about_the_leader_do_not_pass() =>
        Assert.Contains("leader", await PassAsync(_ => SomeCluster.Of(7, 10, 10)), StringComparison.Ordinal);

    [Fact]
    public async Task A_member_whose_silence_was_accepted_need_not_answer_and_no_other_one_may_be_silent()
    {
        _silent = [2];
        Assert.Null(await PassAsync(_ => Ill));

        _silent = [3];
        Assert.NotNull(await PassAsync(_ => Ill));
    }

    private double Waited => (_clock.GetUtcNow() - Begin).TotalSeconds;

    private async Task<string?> PassAsync(Func<int, ClusterFacts> at)
    {
        var gate = new MemberGate(
            _ => Task.FromResult(at((int)Waited)), _silent, new MaintenanceTimeouts(), _clock);
        var passing = gate.PassAsync(TestContext.Current.CancellationToken);
        while (!passing.IsCompleted)
        {
            await _clock.TimerAsync(_clock.GetUtcNow() + TimeSpan.FromSeconds(1));
            _clock.Advance(TimeSpan.FromSeconds(1));
            // The gate goes on before the next look: it has no other thread.
            await Task.WhenAny(passing, _clock.TimerAsync(_clock.GetUtcNow() + TimeSpan.FromSeconds(1)));
        }
        return await passing;
    }
}
