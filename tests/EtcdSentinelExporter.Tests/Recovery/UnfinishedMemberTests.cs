using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Tests.Etcd.Maintenance;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Recovery;

/// <summary>A member in which an earlier run may have left a defragmentation under way.</summary>
public sealed class UnfinishedMemberTests : IDisposable
{
    private static readonly ClusterFacts Healthy = SomeCluster.Of(1, 10, 10, 10);

    private static readonly ClusterFacts Silent = Healthy.With(
        2, member => member with { State = null, HasQuorum = false, Failure = "timeout" });

    private static readonly ClusterFacts Busy = Healthy.With(2, member => member with { IsDefragmenting = true });

    private readonly string _file = Path.GetTempFileName();
    private readonly FakeClock _clock = new();
    private readonly StringWriter _said = new();

    private DateTimeOffset Begin { get; } = new FakeClock().GetUtcNow();

    private double Waited => (_clock.GetUtcNow() - Begin).TotalSeconds;

    [Fact]
    public async Task It_waits_while_the_member_is_silent_or_says_that_it_defragments_or_nobody_answers()
    {
        await AwaitAsync(second => second switch { < 4 => Silent, < 8 => null, < 12 => Busy, _ => Healthy });

        Assert.Equal(12, Waited);
        Assert.Single(_said.ToString().Split('\n'), line => line.Contains("Waiting. ", StringComparison.Ordinal));
        Assert.Null(JournalHistory.At(_file, null, TimeSpan.FromHours(1), _clock.GetUtcNow()).Unfinished);
    }

    [Fact]
    public async Task A_member_that_was_removed_is_not_waited_for()
    {
        await AwaitAsync(_ => Healthy with { Members = [.. Healthy.Members.Where(member => member.Id != 2)] });

        Assert.Equal(0, Waited);
    }

    [Fact]
    public async Task After_the_deadline_of_a_defragmentation_it_gives_up_and_the_next_run_waits_again()
    {
        var e = await Assert.ThrowsAsync<RecoveryException>(() => AwaitAsync(_ => Silent));

        Assert.Equal(("defragmentation-under-way", 22), (e.Code, Waited));
        Assert.Equal(
            2ul, JournalHistory.At(_file, null, TimeSpan.FromHours(1), _clock.GetUtcNow()).Unfinished);
    }

    public void Dispose()
    {
        File.Delete(_file);
        _said.Dispose();
    }

    private async Task AwaitAsync(Func<int, ClusterFacts?> at)
    {
        using var journal = RecoveryJournal.Open(_file, 0xc0ffee, TimeSpan.FromHours(1), _said, _clock);
        journal.BeginChange("defragment", "begins", 2);
        var waiting = new UnfinishedMember(
            _ => at((int)Waited) is { } facts
                ? Task.FromResult(facts)
                : Task.FromException<ClusterFacts>(new EtcdException(EtcdReason.Timeout, "no answer")),
            journal, TimeSpan.FromSeconds(20), new(), _clock).AwaitAsync(2, TestContext.Current.CancellationToken);
        while (!waiting.IsCompleted)
        {
            await _clock.TimerAsync(_clock.GetUtcNow() + TimeSpan.FromSeconds(2));
            _clock.Advance(TimeSpan.FromSeconds(2));
            await Task.WhenAny(waiting, _clock.TimerAsync(_clock.GetUtcNow() + TimeSpan.FromSeconds(2)));
        }
        await waiting;
    }
}
