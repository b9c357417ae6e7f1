using System.ComponentModel;
using System.Diagnostics;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Drives;

/// <summary>smartctl lies on the disk that hangs, and the poll is over while it starts or runs.</summary>
public sealed class SlowStartTests : IDisposable
{
    private static readonly Drive Sda = new(
        "sda", "K-1", "/dev/sda", Type: null, new BlockDevice("sda", "K-1", "", IsRotational: false, Requests: 1));

    private static readonly SmartQuestion Question = new(WithLogs: false, SkipsStandby: false, WasBusy: null);

    private readonly SemaphoreSlim _disk = new(0);

    [Fact]
    public async Task The_time_that_a_start_takes_is_part_of_the_limit()
    {
        var clock = new NotingClock();
        var runner = new ProcessRunner(clock, start: info =>
        {
            clock.Passed = TimeSpan.FromSeconds(20);
            return Process.Start(info);
        });

        await runner.RunAsync("/bin/true", [], TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.Contains(TimeSpan.FromSeconds(10), clock.Asked);
    }

    [Fact]
    public async Task A_run_that_the_end_of_its_poll_cuts_off_is_told_to_the_next_poll()
    {
        using var standIn = new StandIn("exec sleep 1000");
        using var poll = new CancellationTokenSource();
        var smartctl = Smart(standIn.Path, new(TimeProvider.System));
        var asking = smartctl.AskAsync(Sda, Question, poll.Token);
        await Wait.UntilAsync(() => Task.FromResult(standIn.AnyRuns()), "it runs");

        await poll.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await Wait.UntilAsync(() => Task.FromResult(!standIn.AnyRuns()), "it is killed");
        var next = await smartctl.AskAsync(Sda, Question, CancellationToken.None);

        Assert.True(next.IsAttempt);
        Assert.Contains(next.State, new[] { ReadState.Timeout, ReadState.Hung });
        Assert.Equal(1, standIn.Runs);
    }

    [Fact]
    public async Task One_that_is_cut_off_while_it_starts_is_in_quarantine_and_killed_when_it_has_started()
    {
        using var standIn = new StandIn("exec sleep 1000");
        using var poll = new CancellationTokenSource();
        var smartctl = Smart(standIn.Path, new(TimeProvider.System, start: info =>
        {
            _disk.Wait();
            return Process.Start(info);
        }));
        var asking = smartctl.AskAsync(Sda, Question, poll.Token);

        await poll.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        var next = await smartctl.AskAsync(Sda, Question, CancellationToken.None);
        var later = await smartctl.AskAsync(Sda, Question, CancellationToken.None);
        _disk.Release();
        await Wait.UntilAsync(
            async () => (await smartctl.AskAsync(Sda, Question, CancellationToken.None)).State is ReadState.Timeout,
            "it is gone");

        Assert.Equal((ReadState.Hung, true), (next.State, next.IsAttempt));
        Assert.Equal((ReadState.Hung, false), (later.State, later.IsAttempt));
        Assert.False(standIn.AnyRuns());
    }

    [Fact]
    public async Task One_that_cannot_be_started_after_all_says_why()
    {
        using var standIn = new StandIn("exit 0");
        using var poll = new CancellationTokenSource();
        var smartctl = Smart(standIn.Path, new(TimeProvider.System, start: _ =>
        {
            _disk.Wait();
            throw new Win32Exception(5, "input/output error");
        }));
        var asking = smartctl.AskAsync(Sda, Question, poll.Token);

        await poll.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        _disk.Release();
        SmartAnswer? answer = null;
        await Wait.UntilAsync(async () =>
            (answer = await smartctl.AskAsync(Sda, Question, CancellationToken.None)).State is not ReadState.Hung,
            "the start has failed");

        Assert.Equal(ReadState.Command, answer!.State);
        Assert.Contains("input/output error", answer.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _disk.Dispose();

    private static Smartctl Smart(string path, ProcessRunner runner) =>
        new(() => SmartctlProgram.Find(path, ""), TimeSpan.FromMinutes(5), runner, TimeProvider.System);

    /// <summary>Notes how long others want to wait, and shows the time that it is told.</summary>
    private sealed class NotingClock : TimeProvider
    {
        private readonly Lock _gate = new();
        private readonly List<TimeSpan> _asked = [];

        public TimeSpan Passed { get; set; }

        public TimeSpan[] Asked
        {
            get
            {
                lock (_gate)
                    return [.. _asked];
            }
        }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate)
                _asked.Add(dueTime);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
