using System.Runtime.InteropServices;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>What the commands <c>keys</c> and <c>writers</c> share: services, Ctrl-C, and errors as one line.</summary>
internal static class KeyspaceSession
{
    /// <param name="run">Asks, and returns the exit code.</param>
    /// <param name="failure">Beginning of the line about an error.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        SettingValues settings, CommandContext context, Func<KeyspaceQuestions, CancellationToken, Task<int>> run,
        string failure, CancellationToken stopping)
    {
        if (await ConfigurationErrors.PrintAsync(settings, context.Error) is { } invalid)
            return invalid;
        using var logs = new Logs(context with { Error = TextWriter.Null }, settings);
        await using var services = NodeServices.Build(
            settings, [], context with { AddServices = added => Add(added, context) }, logs);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            ending.Cancel();
        });
        var questions = services.GetRequiredService<KeyspaceQuestions>();
        if (await ConfigurationErrors.PrintAsync(settings, context.Error) is { } conflict)
            return conflict;
        try
        {
            return await run(questions, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is EtcdException or FormatException)
        {
            await context.Error.WriteLineAsync($"{failure}: {e.Message}");
            return ExitCode.Unknown;
        }
    }

    private static void Add(IServiceCollection services, CommandContext context)
    {
        context.AddServices(services);
        services.AddKeyspaceVerbs();
    }
}
