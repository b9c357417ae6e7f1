using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>The command <c>drives --suggest</c>: prints the setting <c>drives.devices</c> for this node.</summary>
internal static class DrivesCommand
{
    public const string Name = "drives";

    public const string Suggest = "--suggest";

    /// <param name="suggests">True if <see cref="Suggest"/> was given.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        SettingValues settings, bool suggests, CommandContext context, CancellationToken stopping)
    {
        if (!suggests && settings.Problems is [])
            settings.AddProblem(Name, $"nothing to do; write {Name} {Suggest}.");
        if (await ConfigurationErrors.PrintAsync(settings, context.Error) is { } invalid)
            return invalid;
        using var logs = new Logs(context, settings);
        await using var services = NodeServices.Build(settings, [DrivesCollector.Kind], context, logs);
        try
        {
            await context.Out.WriteAsync(await DrivesCollector.CreateSuggestion(services).WriteAsync(stopping));
            return ExitCode.Done;
        }
        catch (FormatException e)
        {
            await context.Error.WriteLineAsync($"Cannot list the drives: {e.Message}");
            return ExitCode.Failed;
        }
    }
}
