using System.Collections.Concurrent;
using System.Collections.Immutable;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtcdSentinelExporter.Tests.Polling;

public sealed class PollerTests : IDisposable
{
    private readonly FakeClock _clock = new();
    private readonly DateTimeOffset _start;
    private readonly SnapshotStore _store = new();
    private readonly RecordedLog _log = new();
    private readonly CancellationTokenSource _stop = new();

    public PollerTests() => _start = _clock.GetUtcNow();

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task Each_collector_is_polled_on_a_grid_of_its_own()
    {
        var fast = new ConcurrentQueue<double>();
        var slow = new ConcurrentQueue<double>();
        var running = Poller(Ticking("fast", 10, fast), Ticking("slow", 45, slow)).RunAsync(_stop.Token);

        for (var second = 0; second < 60; second += 5)
        {
            await IdleAsync(("fast", ((second / 10) + 1) * 10), ("slow", ((second / 45) + 1) * 45));
            _clock.Advance(TimeSpan.FromSeconds(5));
        }
        await IdleAsync(("fast", 70), ("slow", 90));
        await StopAsync(running);

        Assert.Equal<double[]>([0, 10, 20, 30, 40, 50, 60], [.. fast]);
        Assert.Equal<double[]>([0, 45], [.. slow]);
    }

    [Fact]
    public async Task A_first_delay_moves_the_grid()
    {
        var polls = new ConcurrentQueue<double>();
        var running = Poller(Ticking("late", 10, polls, firstAfter: 7)).RunAsync(_stop.Token);

        for (var second = 0; second < 18; second++)
        {
            await IdleAsync(("late", (((second + 3) / 10) * 10) + 7));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        await IdleAsync(("late", 27));
        await StopAsync(running);

        Assert.Equal<double[]>([7, 17], [.. polls]);
    }

    [Fact]
    public async Task A_probe_that_blocks_for_ever_delays_nobody_and_stopping_does_not_wait_for_it()
    {
        using var never = new ManualResetEventSlim();
        var stuck = Collect("stuck", 10, () => never.Wait(CancellationToken.None));
        var polls = new ConcurrentQueue<double>();
        var poller = Poller(stuck, Ticking("free", 10, polls));

        var running = poller.RunAsync(_stop.Token);
        await poller.FirstPollOver("free");
        await IdleAsync(("free", 10));
        _clock.Advance(TimeSpan.FromSeconds(10));
        await poller.FirstPollOver("stuck");

        await Eventually.IsAsync(() => polls.Count >= 2, "the other one is polled again");
        Assert.Equal("timeout", _store.Current.Snapshots["stuck"].Failure?.Reason);
        await StopAsync(running);
        never.Set();
    }

    [Fact]
    public async Task Stopping_in_the_middle_of_a_poll_ends_the_run()
    {
        using var never = new ManualResetEventSlim();
        var poller = Poller(Collect("stuck", 10, () => never.Wait(CancellationToken.None)));

        var running = poller.RunAsync(_stop.Token);
        await StopAsync(running);

        Assert.True(running.IsCompletedSuccessfully);
        Assert.Empty(_store.Current.Snapshots);
        Assert.False(poller.FirstPollOver("stuck").IsCompleted);
        never.Set();
    }

    [Fact]
    public async Task A_first_poll_is_over_also_when_it_failed()
    {
        var poller = Poller(Collect("members", 10, () => throw new IOException("gone")));
        Assert.False(poller.FirstPollOver("members").IsCompleted);

        var running = poller.RunAsync(_stop.Token);
        await poller.FirstPollOver("members");

        Assert.Equal("io", _store.Current.Snapshots["members"].Failure?.Reason);
        Assert.True(poller.FirstPollOver("a collector that is off").IsCompletedSuccessfully);
        await StopAsync(running);
    }

    [Fact]
    public async Task Only_changes_are_logged()
    {
        var polls = 0;
        var running = Poller(Collect("members", 10, () =>
        {
            if (++polls is 2 or 3 or 4)
                throw polls is 4 ? new FormatException("odd") : new IOException("gone");
        })).RunAsync(_stop.Token);

        for (var poll = 1; poll <= 6; poll++)
        {
            await IdleAsync(("members", poll * 10));
            _clock.Advance(TimeSpan.FromSeconds(10));
        }
        await StopAsync(running);

        Assert.Equal<string[]>(
            [
                "Poll of members failed: io: gone", "Poll of members failed: malformed: odd",
                "Polls of members succeed again",
            ],
            [.. _log.Lines]);
    }

    [Fact]
    public async Task A_dropped_sample_is_logged_once_with_its_family()
    {
        var running = Poller(Collect("members", 10, () => { }, labels: ["same", "same"])).RunAsync(_stop.Token);

        for (var poll = 1; poll <= 3; poll++)
        {
            await IdleAsync(("members", poll * 10));
            _clock.Advance(TimeSpan.FromSeconds(10));
        }
        await StopAsync(running);

        Assert.Equal<string[]>(
            ["members dropped invalid samples of members_x: Prometheus would reject the page"], [.. _log.Lines]);
    }

    [Fact]
    public async Task A_judge_that_throws_is_logged_when_it_starts_to_and_not_at_each_poll()
    {
        var polls = 0;
        var running = Poller(Collect("members", 10, () => { }, judge: _ =>
            ++polls is 2 or 3 or 5 ? throw new FormatException($"poll {polls}") : [])).RunAsync(_stop.Token);

        for (var poll = 1; poll <= 5; poll++)
        {
            await IdleAsync(("members", poll * 10));
            _clock.Advance(TimeSpan.FromSeconds(10));
        }
        await StopAsync(running);

        Assert.Equal<string[]>(
            ["Findings of members are incomplete: malformed: poll 2",
                "Findings of members are incomplete: malformed: poll 5"],
            [.. _log.Lines]);
    }

    [Fact]
    public void Two_collectors_share_neither_a_name_nor_a_family()
    {
        Assert.Throws<ArgumentException>(() => Poller(Idle("members", "x"), Idle("members", "y")));
        Assert.Throws<ArgumentException>(() => Poller(Idle("a", "x"), Idle("b", "x")));
        Assert.Throws<ArgumentException>(() => Poller(Idle("a", "etcd_sentinel_poll_success")));
        Assert.NotNull(Poller(Idle("a", "x"), Idle("b", "y")));

        ProbeCollector<string[]> Idle(string name, string family) => Collect(name, 10, () => { }, family: family);
    }

    [Fact]
    public async Task An_error_of_our_own_ends_the_polling_of_all_instead_of_one_in_silence()
    {
        var poller = new Poller(
            [Collect("a", 10, () => throw new IOException("gone")), Collect("b", 10, () => { }, family: "y")],
            _store, _clock, new BrokenLog());

        await Assert.ThrowsAsync<InvalidOperationException>(() => poller.RunAsync(_stop.Token));
    }

    /// <summary>Ends once each collector waits for its turn at that second.</summary>
    private async Task IdleAsync(params (string Collector, int NextTurn)[] expected)
    {
        foreach (var (_, nextTurn) in expected)
            await _clock.TimerAsync(_start.AddSeconds(nextTurn));
    }

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await running;
    }

    private Poller Poller(params IReadOnlyList<Collector> collectors) => new(collectors, _store, _clock, _log);

    private ProbeCollector<string[]> Ticking(string name, int every, ConcurrentQueue<double> polls, int firstAfter = 0)
    {
        return Collect(name, every, () => polls.Enqueue((_clock.GetUtcNow() - _start).TotalSeconds), firstAfter);
    }

    private ProbeCollector<string[]> Collect(
        string name,
        int every,
        Action look,
        int firstAfter = 0,
        ImmutableArray<string> labels = default,
        string? family = null,
        Func<string[], IEnumerable<Finding>>? judge = null)
    {
        var items = new Subject<string[], string>(reading => reading, ["word"], word => [word]);
        return new(
            name,
            new(TimeSpan.FromSeconds(every),
                TimeSpan.FromSeconds(3.5))
            { FirstAfter = TimeSpan.FromSeconds(firstAfter) },
            new FakeProbe<string[]>(_ =>
            {
                look();
                return labels.IsDefault ? [] : [.. labels];
            }),
            [items.Gauge(family ?? $"{name}_x", "Help.", _ => 1)],
            reading => reading.Length,
            judge ?? (_ => []),
            _clock);
    }

    private sealed class BrokenLog : ILogger<Poller>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => throw new InvalidOperationException("The log is broken.");
    }

    private sealed class RecordedLog : ILogger<Poller>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));
    }
}
