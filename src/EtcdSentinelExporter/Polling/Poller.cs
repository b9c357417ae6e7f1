using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Polling;

/// <summary>Polls every collector at its own cadence until the program stops.</summary>
internal sealed class Poller
{
    // Of the objects that are alive, between two full collections.
    private const double MaxGrowth = 1.5;

    private readonly IReadOnlyList<Collector> _collectors;
    private readonly SnapshotStore _store;
    private readonly TimeProvider _clock;
    private readonly PollLog _log;
    private readonly Dictionary<string, TaskCompletionSource> _firstPolls;

    /// <exception cref="ArgumentException">Two collectors share a name or a family.</exception>
    public Poller(IReadOnlyList<Collector> collectors, SnapshotStore store, TimeProvider clock, ILogger<Poller> log)
    {
        FamilyRules.CheckDistinct(collectors.SelectMany(collector => collector.Families).Concat(PollMetrics.Families));
        _firstPolls = collectors.ToDictionary(
            collector => collector.Name,
            _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            StringComparer.Ordinal);
        (_collectors, _store, _clock, _log) = (collectors, store, clock, new(log));
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
            _log.Stopped(collector.Name);
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
            CollectGarbage();
            _firstPolls[collector.Name].TrySetResult();
            _log.Write(last, snapshot);
            last = snapshot;

            var elapsed = _clock.GetElapsedTime(first);
            turn = cadence.TurnAfter(turn, elapsed);
            await Task.Delay(cadence.WaitFor(turn, elapsed), _clock, stopping);
        }
    }

    // The youngest generation may grow to the size of the processor's cache before the runtime collects it: tens of MiB
    // on a server, for a program that needs one. Each reading outlives a poll, and is garbage of the oldest generation
    // after the next one; the runtime would collect that when memory is short, which is rarely the case.
    private static void CollectGarbage()
    {
        var before = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        var live = before.HeapSizeBytes - before.FragmentedBytes;
        var isFull = GC.GetTotalMemory(forceFullCollection: false) > live * MaxGrowth;
        GC.Collect(isFull ? GC.MaxGeneration : 1, GCCollectionMode.Forced, blocking: true);
    }
}
