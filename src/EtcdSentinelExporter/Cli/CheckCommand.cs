using System.Runtime.InteropServices;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>The command <c>check</c>: polls once, and says what is wrong and what to do next. It changes nothing but
/// its own notes.</summary>
internal static class CheckCommand
{
    public const string Name = "check";

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        SettingValues settings, CheckOptions options, CommandContext context, CancellationToken stopping)
    {
        if (await ConfigurationErrors.PrintAsync(settings, context.Error) is { } invalid)
            return invalid;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            ending.Cancel();
        });
        try
        {
            return options.Backup is { } backup
                ? await CheckBackup.RunAsync(settings, backup, options.RestoreInto, context, ending.Token)
                : await CheckSession.RunAsync(settings, options, context, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (IsOfOutput(e))
        {
            // Standard output is closed or its disk is full.
            await TrySayAsync(context.Error, $"Cannot write the result: {e.Message}");
            return ExitCode.Unknown;
        }
    }

    private static async Task TrySayAsync(TextWriter error, string sentence)
    {
        try
        {
            await error.WriteLineAsync(sentence);
        }
        catch (Exception e) when (IsOfOutput(e))
        {
            // The exit code says it.
        }
    }

    // A descriptor that is closed is an access that is denied.
    private static bool IsOfOutput(Exception e) => e is IOException or UnauthorizedAccessException;
}
