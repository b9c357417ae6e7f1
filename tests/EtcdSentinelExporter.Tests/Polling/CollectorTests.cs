using System.Collections.Immutable;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Polling;

public class CollectorTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public async Task A_poll_publishes_series_findings_and_the_reading()
    {
        var snapshot = await Collect(_ => new Words(["a", "b"])).TakeAsync(default);

        Assert.Null(snapshot.Failure);
        Assert.Equal(2, snapshot.Subjects);
        Assert.Equal("x{word=\"a\"} 1\nx{word=\"b\"} 1\n", Text(snapshot));
        Assert.Equal("a", Assert.Single(snapshot.Findings).Subject);
        Assert.Equal<string[]>(["a", "b"], [.. new Readings([snapshot]).Get<Words>()!.All]);
        Assert.Equal(new PollCounts(1, 0, 0, _clock.GetUtcNow()), snapshot.Polls);
    }

    [Fact]
    public async Task A_failed_poll_publishes_a_reason_and_no_series()
    {
        var snapshot = await Collect(_ => throw new FormatException("line 3")).TakeAsync(default);

        Assert.Equal(new ProbeFailure("malformed", "line 3"), snapshot.Failure);
        Assert.Empty(snapshot.Families);
        Assert.Null(snapshot.Subjects);
        Assert.Null(new Readings([snapshot]).Get<Words>());
        Assert.Equal("SentinelCollectorFailing", Assert.Single(snapshot.Findings).Code);
        Assert.Equal(new PollCounts(0, 1, 0, null), snapshot.Polls);
    }

    [Fact]
    public async Task A_series_vanishes_with_its_subject()
    {
        var collector = Collect(previous => previous is null ? new(["a", "b"]) : new(["b"]));

        await collector.TakeAsync(default);

        Assert.Equal("x{word=\"b\"} 1\n", Text(await collector.TakeAsync(default)));
    }

    [Fact]
    public async Task A_probe_gets_the_last_successful_reading()
    {
        var seen = new List<int?>();
        var collector = Collect(previous =>
        {
            seen.Add(previous?.All.Length);
            return seen.Count == 2 ? throw new IOException("gone") : new([.. previous?.All ?? [], $"{seen.Count}"]);
        });

        for (var i = 0; i < 4; i++)
            await collector.TakeAsync(default);

        Assert.Equal<int?>([null, 1, 1, 2], seen);
    }

    [Fact]
    public async Task A_reading_that_cannot_be_told_is_a_bug_and_not_handed_on()
    {
        var polls = 0;
        var collector = Collect(
            previous => polls++ == 0 ? new(["good", null!]) : new([$"{previous is null}"]),
            word => word.Length);

        var broken = await collector.TakeAsync(default);

        Assert.Equal("bug", broken.Failure?.Reason);
        Assert.Empty(broken.Families);
        Assert.Equal("x{word=\"True\"} 4\n", Text(await collector.TakeAsync(default)));
    }

    [Fact]
    public async Task A_poll_without_enough_memory_fails_and_the_next_one_succeeds()
    {
        // The runtime itself refuses an array of this length.
        var lengths = new Queue<int>([int.MaxValue, 1]);
        var collector = Collect(_ => new([.. new string[lengths.Dequeue()].Select(_ => "a")]));

        var failed = await collector.TakeAsync(default);
        var good = await collector.TakeAsync(default);

        Assert.Equal("out_of_memory", failed.Failure?.Reason);
        Assert.Empty(failed.Families);
        Assert.Equal("x{word=\"a\"} 1\n", Text(good));
    }

    [Fact]
    public async Task A_judge_that_throws_costs_its_findings_and_no_series()
    {
        var snapshot = await Collect(_ => new Words(["a", ""]), judge: words => words.All.Select(word =>
            new Finding($"Begins with {word[0]}", Severity.Info, word, "It is there.", "Read it."))).TakeAsync(default);

        Assert.Null(snapshot.Failure);
        Assert.Equal("bug", snapshot.JudgeFailure?.Reason);
        Assert.Equal("x{word=\"a\"} 1\nx{word=\"\"} 1\n", Text(snapshot));
        Assert.Equal(new PollCounts(1, 0, 0, _clock.GetUtcNow()), snapshot.Polls);
        Assert.Equal(["Begins with a", "SentinelCollectorFailing"], snapshot.Findings.Select(finding => finding.Code));
        Assert.Contains("IndexOutOfRangeException", snapshot.Findings[1].Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_duplicate_costs_its_sample_and_is_counted_for_good()
    {
        var collector = Collect(previous => previous is null ? new(["a", "a", "b"]) : new(["c"]));

        var first = await collector.TakeAsync(default);
        var second = await collector.TakeAsync(default);

        Assert.Equal("x{word=\"a\"} 1\nx{word=\"b\"} 1\n", Text(first));
        Assert.Equal(1, second.Polls.Dropped);
    }

    [Fact]
    public async Task At_its_limit_a_probe_hands_over_what_it_has()
    {
        var started = new TaskCompletionSource();
        var collector = Collect(async (_, token) =>
        {
            var limit = new TaskCompletionSource();
            await using var registration = token.Register(limit.SetResult);
            started.SetResult();
            await limit.Task;
            return new(["half"]);
        });

        var poll = collector.TakeAsync(default);
        await started.Task;
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("x{word=\"half\"} 1\n", Text(await poll));
        Assert.Equal(TimeSpan.FromSeconds(5), (await poll).Took);
    }

    [Fact]
    public async Task A_probe_that_blocks_its_thread_is_given_up_and_never_overlaps()
    {
        using var release = new ManualResetEventSlim();
        var calls = 0;
        var collector = Collect(_ =>
        {
            if (Interlocked.Increment(ref calls) == 1)
                release.Wait();
            return new(["a"]);
        });

        var blocked = collector.TakeAsync(default);
        _clock.Advance(TimeSpan.FromSeconds(6));
        var refused = await collector.TakeAsync(default);

        Assert.Equal("timeout", (await blocked).Failure?.Reason);
        Assert.Contains("has not returned yet", refused.Failure?.Message, StringComparison.Ordinal);
        Assert.True(calls <= 1);

        release.Set();
        await Eventually.IsAsync(
            async () => (await collector.TakeAsync(default)).Failure is null, "the poll before has come back");
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task A_probe_that_is_late_hands_its_reading_to_nobody()
    {
        var late = new TaskCompletionSource<Words>();
        var seen = new List<Words?>();
        var collector = Collect((previous, _) =>
        {
            seen.Add(previous);
            return seen.Count == 1 ? new(late.Task) : ValueTask.FromResult(new Words(["on time"]));
        });

        var poll = collector.TakeAsync(default);
        _clock.Advance(TimeSpan.FromSeconds(6));
        await poll;
        late.SetResult(new(["late"]));
        await Eventually.IsAsync(
            async () => (await collector.TakeAsync(default)).Failure is null, "the poll before has come back");

        Assert.Equal([null, null], seen);
    }

    [Fact]
    public async Task Stopping_ends_a_poll_at_once_even_while_a_probe_blocks()
    {
        using var release = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var collector = Collect(_ =>
        {
            release.Wait();
            return new([]);
        });

        var poll = collector.TakeAsync(stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);
        release.Set();
    }

    [Fact]
    public async Task Whatever_breaks_while_the_program_stops_is_no_failure()
    {
        using var stop = new CancellationTokenSource();
        var collector = Collect(async (_, _) =>
        {
            await stop.CancelAsync();
            throw new IOException("connection closed");
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => collector.TakeAsync(stop.Token));
    }

    private ProbeCollector<Words> Collect(
        Func<Words?, Words> read, Func<string, double?>? value = null,
        Func<Words, IEnumerable<Finding>>? judge = null) =>
        Collect((previous, _) => ValueTask.FromResult(read(previous)), value, judge);

    private ProbeCollector<Words> Collect(
        Func<Words?, CancellationToken, ValueTask<Words>> read, Func<string, double?>? value = null,
        Func<Words, IEnumerable<Finding>>? judge = null) => new(
        "words",
        new(Every: TimeSpan.FromSeconds(15), Within: TimeSpan.FromSeconds(5)),
        new FakeProbe<Words>(read),
        [new Subject<Words, string>(words => words.All, ["word"], word => [word])
            .Gauge("x", "Help.", value ?? (_ => 1))],
        words => words.All.Length,
        judge ?? (words => [new Finding("AWord", Severity.Info, words.All[0], "It is there.", "Read it.")]),
        _clock);

    private static string Text(Snapshot snapshot) =>
        string.Concat(snapshot.Families.Text().Samples().Select(line => line + "\n"));

    private sealed record Words(ImmutableArray<string> All);
}
