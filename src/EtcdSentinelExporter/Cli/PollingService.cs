using EtcdSentinelExporter.Polling;

namespace EtcdSentinelExporter.Cli;

/// <summary>Runs the poller until the host stops.</summary>
internal sealed class PollingService(Poller poller) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => poller.RunAsync(stoppingToken);
}
