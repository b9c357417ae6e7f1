namespace EtcdSentinelExporter.Collecting;

/// <summary>Polls every collector at its own cadence until the program stops.</summary>
internal sealed partial class Poller(
    IReadOnlyList<Collector> collectors, SnapshotStore store, TimeProvider clock, ILogger<Poller> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(collectors.Select(collector => PollAsync(collector, stoppingToken)));

    private async Task PollAsync(Collector collector, CancellationToken stopping)
    {
        ProbeFailure? last = null;
        for (var first = clock.GetTimestamp(); ;)
        {
            var snapshot = await collector.TakeAsync(stopping);
            store.Post(snapshot);
            LogChange(collector.Name, before: last, after: snapshot.Failure);
            last = snapshot.Failure;
            await Task.Delay(collector.Cadence.WaitAfter(clock.GetElapsedTime(first)), clock, stopping);
        }
    }

    // A probe that fails every fifteen seconds is one event, not 5,760 a day: only the edges are logged.
    private void LogChange(string collector, ProbeFailure? before, ProbeFailure? after)
    {
        if (after is not null && after.Reason != before?.Reason)
            LogFailing(collector, after.Reason, after.Message);
        else if (after is null && before is not null)
            LogRecovered(collector);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Collector} sees nothing: {Reason}: {Message}")]
    private partial void LogFailing(string collector, string reason, string message);

    [LoggerMessage(2, LogLevel.Information, "{Collector} sees again")]
    private partial void LogRecovered(string collector);
}
