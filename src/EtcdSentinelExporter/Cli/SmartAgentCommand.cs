using System.Runtime.InteropServices;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>The command <c>smart-agent</c>: reads SMART data as root and writes it to a folder. It opens no
/// port.</summary>
internal static class SmartAgentCommand
{
    public const string Name = "smart-agent";

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(SettingValues settings, CommandContext context, CancellationToken stopping)
    {
        var folder = settings.Get(DrivesSettings.Folder);
        if (folder is null && settings.Problems is [])
            settings.AddProblem(DrivesSettings.Folder.Key, "not set; set it to the output folder of smart-agent.");
        if (await ConfigurationErrors.PrintAsync(settings, context.Error) is { } invalid)
            return invalid;
        if (OpenFiles.Problem(connections: 0) is { } problem)
        {
            await context.Error.WriteLineAsync(problem);
            return ExitCode.Failed;
        }
        using var logs = new Logs(context, settings);
        await using var services = NodeServices.Build(settings, [DrivesCollector.Kind], context, logs);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var term = CancelOn(PosixSignal.SIGTERM, ending);
        using var interrupt = CancelOn(PosixSignal.SIGINT, ending);
        var poller = new Poller(
            [DrivesCollector.CreateAgent(services, folder!)],
            new SnapshotStore(), context.Clock, logs.Factory.CreateLogger<Poller>());
        await poller.RunAsync(ending.Token);
        return ExitCode.Done;
    }

    private static PosixSignalRegistration CancelOn(PosixSignal signal, CancellationTokenSource ending) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            ending.Cancel();
        });
}
