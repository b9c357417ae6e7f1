using System.Runtime.InteropServices;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>The command <c>defragment</c>: one pass over the members that are worth it, for a timer. It writes to
/// etcd.</summary>
internal static class DefragmentCommand
{
    public const string Name = "defragment";

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        SettingValues settings, DefragmentOptions options, CommandContext context, CancellationToken stopping)
    {
        if (await ConfigurationErrors.PrintAsync(settings, context.Error) is { } invalid)
            return invalid;
        using var logs = new Logs(context, settings);
        await using var services = NodeServices.Build(
            settings, [], context with { AddServices = added => Add(added, context, options) }, logs);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var term = CancelOn(PosixSignal.SIGTERM, ending);
        using var interrupt = CancelOn(PosixSignal.SIGINT, ending);
        var pass = new DefragmentPass(services, options, context);
        if (await ConfigurationErrors.PrintAsync(settings, context.Error) is { } conflict)
            return conflict;
        var code = await CodeAsync(pass, context, ending.Token);
        return await WriteAsync(new(context.Clock.GetUtcNow(), code, pass.Results), options, context);
    }

    private static void Add(IServiceCollection services, CommandContext context, DefragmentOptions options)
    {
        context.AddServices(services);
        if (!services.Any(service => service.ServiceType == typeof(MaintenanceTimeouts)))
            services.AddSingleton(new MaintenanceTimeouts { Defragment = options.Deadline });
        services.AddEtcdMaintenance();
    }

    private static async Task<int> CodeAsync(
        DefragmentPass pass, CommandContext context, CancellationToken stopping)
    {
        try
        {
            return await pass.RunAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await context.Error.WriteLineAsync("Interrupted; no further member is defragmented.");
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is EtcdException or FormatException)
        {
            await context.Error.WriteLineAsync($"Cannot read the cluster: {e.Message}");
            return pass.HasWritten ? ExitCode.Failed : ExitCode.Unknown;
        }
    }

    private static async Task<int> WriteAsync(
        DefragmentOutcome run, DefragmentOptions options, CommandContext context)
    {
        if (options.Textfile is not { } path || options.IsDryRun)
            return run.ExitCode;
        try
        {
            await Textfile.WriteAsync(path, await DefragmentMetrics.TextAsync(run), now: null, CancellationToken.None);
            return run.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await context.Error.WriteLineAsync($"Cannot write {path}: {e.Message}");
            return run.ExitCode == ExitCode.Done ? ExitCode.Failed : run.ExitCode;
        }
    }

    private static PosixSignalRegistration CancelOn(PosixSignal signal, CancellationTokenSource ending) =>
        PosixSignalRegistration.Create(signal, received =>
        {
            received.Cancel = true;
            ending.Cancel();
        });
}
