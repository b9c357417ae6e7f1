using System.Collections.Immutable;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Web;

namespace EtcdSentinelExporter.Cli;

/// <summary>The default verb: polls, and serves what it saw, until it is told to stop.</summary>
internal static class ServeCommand
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(SettingValues settings, CommandContext outside, CancellationToken stopping)
    {
        if (await ConfigurationErrors.PrintAsync(settings, outside.Error) is { } wrong)
            return wrong;
        var limits = outside.Web;
        if (OpenFiles.Problem(limits.Sockets) is { } problem)
        {
            await outside.Error.WriteLineAsync(problem);
            return ExitCode.Failed;
        }
        using var logs = new Logs(outside, settings);
        using var facts = new Facts(settings, logs.Factory, outside.Clock, outside.Timeouts);
        ImmutableArray<Collector> collectors =
        [
            .. from kind in Catalog.All
               where kind.IsEnabled(settings)
               select kind.Create(settings, facts, outside.Clock),
        ];
        var web = WebConfigFile.Open(settings, logs.Factory, outside.Timeouts.FileRead, outside.Clock);
        // Creating a collector may still find that two settings do not go together.
        if (await ConfigurationErrors.PrintAsync(settings, outside.Error) is { } together)
            return together;

        using var responses = new ResponseLimits(limits);
        try
        {
            await using var host = ServeHost.Create(
                settings, collectors, outside, logs.Factory, () => logs.DroppedLines, limits, responses, facts.Native,
                web);
            await host.App.StartAsync(stopping);
            await host.App.WaitForShutdownAsync(stopping);
            return host.HasFailed ? ExitCode.Failed : ExitCode.Done;
        }
        catch (ListenFailedException e)
        {
            await outside.Error.WriteLineAsync(e.Message);
            return ExitCode.Failed;
        }
    }
}
