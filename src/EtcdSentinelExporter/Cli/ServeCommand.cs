using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Web;
using EtcdSentinelExporter.Web.Config;

namespace EtcdSentinelExporter.Cli;

/// <summary>The default command: polls and serves the metrics until a signal stops it.</summary>
internal static class ServeCommand
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(SettingValues settings, CommandContext context, CancellationToken stopping)
    {
        if (await ConfigurationErrors.PrintAsync(settings, context.Error) is { } invalid)
            return invalid;
        var limits = context.Web;
        if (OpenFiles.Problem(limits.Sockets) is { } problem)
        {
            await context.Error.WriteLineAsync(problem);
            return ExitCode.Failed;
        }
        using var logs = new Logs(context, settings);
        var kinds = Catalog.All.Where(kind => kind.IsEnabled(settings)).ToList();
        await using var services = NodeServices.Build(settings, kinds, context, logs);
        ImmutableArray<Collector> collectors = [.. kinds.Select(kind => kind.Create(services))];
        var passthrough = services.GetRequiredService<PassthroughPages>();
        // Creating a collector may find settings that conflict, or an invalid file.
        if (await ConfigurationErrors.PrintAsync(settings, context.Error) is { } conflict)
            return conflict;

        using var responses = new ResponseLimits(limits);
        try
        {
            await using var host = ServeHost.Create(
                settings, collectors, context, logs.Factory, limits, responses, passthrough,
                services.GetService<WebConfigSource>(), services.GetService<RefusedRequests>());
            await host.App.StartAsync(stopping);
            await host.App.WaitForShutdownAsync(stopping);
            return host.HasFailed ? ExitCode.Failed : ExitCode.Done;
        }
        catch (ListenFailedException e)
        {
            await context.Error.WriteLineAsync(e.Message);
            return ExitCode.Failed;
        }
    }
}
