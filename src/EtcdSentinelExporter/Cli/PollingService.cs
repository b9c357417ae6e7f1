using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Cli;

/// <summary>Polls for as long as the host runs.</summary>
internal sealed class PollingService(Poller poller) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => poller.RunAsync(stoppingToken);
}
