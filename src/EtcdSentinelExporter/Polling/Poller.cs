using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Polling;

/// <summary>Polls every collector at its own cadence until the program stops.</summary>
internal sealed partial class Poller
{
    private readonly IReadOnlyList<Collector> _collectors;
    private readonly SnapshotStore _store;
    private readonly TimeProvider _clock;
    private readonly ILogger<Poller> _log;
    private readonly Dictionary<string, TaskCompletionSource> _firstPolls;

    /// <exception cref="ArgumentException">Two collectors share a name or a family.</exception>
    public Poller(IReadOnlyList<Collector> collectors, SnapshotStore store, TimeProvider clock, ILogger<Poller> log)
    {
        FamilyRules.CheckDistinct(collectors.SelectMany(collector => collector.Families).Concat(PollMetrics.Families));
        _firstPolls = collectors.ToDictionary(
            collector => collector.Name,
            _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            StringComparer.Ordinal);
        (_collectors, _store, _clock, _log) = (collectors, store, clock, log);
    }

    /// <summary>Ends soon after <paramref name="stopping"/> is cancelled, even while a probe blocks.</summary>
    /// <remarks>Ends earlier only because of a bug, and then for all collectors: an exporter that no longer polls must
    /// not look healthy.</remarks>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task[] loops =
        [
            Task.Delay(Timeout.InfiniteTimeSpan, _clock, all.Token),
            .. _collectors.Select(c => RunAsync(c, all.Token)),
        ];
        await Task.WhenAny(loops);
        await all.CancelAsync();
        await Task.WhenAll(loops[1..]);
    }

    /// <summary>Completes when the collector's first poll is over, failed or not; immediately for a collector that is
    /// not polled.</summary>
    public Task FirstPollOver(string collector) =>
        _firstPolls.TryGetValue(collector, out var first) ? first.Task : Task.CompletedTask;

    private async Task RunAsync(Collector collector, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(collector.Cadence.FirstAfter, _clock, stopping);
            await PollAsync(collector, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            LogStopped(collector.Name);
        }
    }

    private async Task PollAsync(Collector collector, CancellationToken stopping)
    {
        var cadence = collector.Cadence;
        var first = _clock.GetTimestamp();
        Snapshot? last = null;
        for (var turn = 0L; ;)
        {
            var snapshot = await collector.TakeAsync(stopping);
            _store.Post(snapshot);
            // The youngest generation may grow to the size of the processor's cache before the runtime collects it:
            // tens of MiB on a server, for a program that needs one.
            GC.Collect(1, GCCollectionMode.Forced, blocking: true);
            _firstPolls[collector.Name].TrySetResult();
            LogChange(last, snapshot);
            last = snapshot;

            var elapsed = _clock.GetElapsedTime(first);
            turn = cadence.TurnAfter(turn, elapsed);
            await Task.Delay(cadence.WaitFor(turn, elapsed), _clock, stopping);
        }
    }

    // A probe that fails every fifteen seconds is one event, not 5,760 a day: only changes are logged.
    private void LogChange(Snapshot? before, Snapshot after)
    {
        if (after.Failure is { } failure && failure.Reason != before?.Failure?.Reason)
            LogFailing(after.Collector, failure.Reason, failure.Message);
        else if (after.Failure is null && before?.Failure is not null)
            LogRecovered(after.Collector);

        if (after.Polls.Dropped > 0 && before is null or { Polls.Dropped: 0 })
        {
            LogDropped(after.Collector, string.Join(
                ", ", after.Families.Where(family => family.Dropped > 0).Select(family => family.Family.Name)));
        }

        if (after.JudgeFailure is { } judge && before?.JudgeFailure is null)
            LogJudgeFailing(after.Collector, judge.Reason, judge.Message);
    }

    [LoggerMessage(1, LogLevel.Warning, "Poll of {Collector} failed: {Reason}: {Message}")]
    private partial void LogFailing(string collector, string reason, string message);

    [LoggerMessage(2, LogLevel.Information, "Polls of {Collector} succeed again")]
    private partial void LogRecovered(string collector);

    [LoggerMessage(3, LogLevel.Warning,
        "{Collector} dropped invalid samples of {Families}: Prometheus would reject the page")]
    private partial void LogDropped(string collector, string families);

    [LoggerMessage(4, LogLevel.Debug, "Polls of {Collector} stopped")]
    private partial void LogStopped(string collector);

    [LoggerMessage(5, LogLevel.Warning, "Findings of {Collector} are incomplete: {Reason}: {Message}")]
    private partial void LogJudgeFailing(string collector, string reason, string message);
}
