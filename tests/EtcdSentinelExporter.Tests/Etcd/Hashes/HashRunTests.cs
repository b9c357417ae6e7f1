using System.Collections.Immutable;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Hashes;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Hashes;

public sealed class HashRunTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly FakeClock _clock = new();
    private readonly List<string> _asked = [];

    [Fact]
    public async Task Members_are_asked_one_after_the_other_with_a_pause_and_the_leader_last()
    {
        var started = _clock.GetUtcNow();

        var result = await RunAsync(Member("a", isLeader: true), Member("b"), Member("c"));

        Assert.Equal(HashOutcome.Same, result.Outcome);
        Assert.Equal(["b", "c", "a"], _asked);
        Assert.Equal(2 * Pause, _clock.GetUtcNow() - started);
    }

    [Fact]
    public async Task All_are_asked_for_the_revision_that_each_of_them_has()
    {
        var result = await RunAsync(Member("a", revision: 90), Member("b", revision: 100), Member("c", revision: 95));

        Assert.Contains("revision 90", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_difference_is_told_after_three_rounds()
    {
        var result = await RunAsync(Member("a"), Member("b"), Member("c", hash: _ => 7));

        Assert.Equal(HashOutcome.Differs, result.Outcome);
        Assert.Equal(9, _asked.Count);
        Assert.Contains("a, b (00000001); c (00000007)", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_round_that_differs_once_is_no_difference()
    {
        var result = await RunAsync(Member("a"), Member("b", hash: round => round == 1 ? 7u : 1u));

        Assert.Equal(HashOutcome.Same, result.Outcome);
    }

    [Theory]
    [InlineData("3.5.9", 10, 0)]
    [InlineData("3.5.10", 11, 0)]
    [InlineData("3.5.10", 10, 100)]
    public async Task What_cannot_be_compared_never_differs(string version, long compacted, long hashRevision)
    {
        var other = Member("b", hash: _ => 7) with
        {
            Version = version,
            Compacted = compacted,
            HashRevision = hashRevision,
        };

        var result = await RunAsync(Member("a"), other);

        Assert.Equal(HashOutcome.Unknown, result.Outcome);
    }

    [Fact]
    public async Task A_compaction_in_between_repeats_the_round()
    {
        var result = await RunAsync(
            Member("a"), Member("b", hash: round => round == 1
                ? throw new EtcdException(EtcdReason.Protocol, "required revision has been compacted")
                : 1u));

        Assert.Equal(HashOutcome.Same, result.Outcome);
        Assert.Equal(["a", "b", "a", "b"], _asked);
    }

    [Fact]
    public async Task A_member_that_fails_each_time_leaves_the_result_open()
    {
        var result = await RunAsync(
            Member("a"), Member("b", hash: _ => throw new EtcdException(EtcdReason.Timeout, "no answer")));

        Assert.Equal(HashOutcome.Unknown, result.Outcome);
        Assert.Contains("no answer", result.Detail, StringComparison.Ordinal);
    }

    private async Task<HashResult> RunAsync(params ImmutableArray<FakeMember> members)
    {
        var run = new HashRun([.. members], Pause, _ => { }, _clock).RunAsync(CancellationToken.None);
        while (!run.IsCompleted)
        {
            await Task.WhenAny(run, _clock.TimerAsync(_clock.GetUtcNow() + Pause));
            if (!run.IsCompleted)
                _clock.Advance(Pause);
        }
        return await run;
    }

    private FakeMember Member(
        string name, bool isLeader = false, long revision = 100, Func<int, uint>? hash = null) =>
        new(name, isLeader, revision, hash ?? (_ => 1), _asked);

    private sealed record FakeMember(
        string Name, bool IsLeader, long Own, Func<int, uint> Hash, List<string> Asked) : IHashMember
    {
        private int _round;

        public string Version { get; init; } = "3.5.10";

        public long Compacted { get; init; } = 10;

        public long HashRevision { get; init; }

        public Task<long> RevisionAsync(CancellationToken cancellationToken) => Task.FromResult(Own);

        public Task<KvHash> HashAsync(long revision, CancellationToken cancellationToken)
        {
            Asked.Add(Name);
            return Task.FromResult(new KvHash(Name, Version, revision, Compacted, HashRevision, Hash(++_round)));
        }
    }
}
