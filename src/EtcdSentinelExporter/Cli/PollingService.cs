using EtcdSentinelExporter.Collecting;

namespace EtcdSentinelExporter.Commands;

/// <summary>Polls for as long as the host runs.</summary>
internal sealed class PollingService(Poller poller) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => poller.RunAsync(stoppingToken);
}
