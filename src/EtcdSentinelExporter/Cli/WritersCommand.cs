using System.Runtime.InteropServices;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>The command <c>writers</c>: watches for a while, and says who writes most. It reads only.</summary>
internal static class WritersCommand
{
    public const string Name = "writers";

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    // etcd ends the watch by itself soon after.
    private static readonly TimeSpan Extra = TimeSpan.FromSeconds(10);

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        SettingValues settings, WritersOptions options, CommandContext context, CancellationToken stopping)
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
            return await RunAsync(questions, options, context, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is EtcdException or FormatException)
        {
            await context.Error.WriteLineAsync($"Cannot watch: {e.Message}");
            return ExitCode.Unknown;
        }
    }

    private static void Add(IServiceCollection services, CommandContext context)
    {
        context.AddServices(services);
        services.AddKeyspaceVerbs();
    }

    private static async Task<int> RunAsync(
        KeyspaceQuestions questions, WritersOptions options, CommandContext context, CancellationToken stopping)
    {
        var (follower, refusal) = await questions.FindAsync(stopping);
        if (refusal is not null)
        {
            await context.Error.WriteLineAsync($"refused: {refusal}");
            return ExitCode.Refused;
        }
        var names = KeyspaceQuestions.Names(await questions.RootAsync(follower.Member, stopping));
        var report = new WritersReport(names, follower.Member.Endpoint, context.Clock);
        var watch = new WriteWatch(
            (take, token) => follower.Watch.RunAsync(
                (KeyRange.All.Start, KeyRange.All.End), options.For + Extra, take, token),
            context.Clock);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var progress = SayAsync(report, context, done.Token);
        try
        {
            var end = await watch.RunAsync(options.For, report.Add, stopping);
            await context.Out.WriteAsync(report.Text());
            if (end is WriteWatchEnd.Done)
                return ExitCode.Done;
            await context.Error.WriteLineAsync(
                "The watch was cancelled: more was written than could be counted in time. The numbers are of the time "
                + "until then.");
            return ExitCode.Failed;
        }
        finally
        {
            await done.CancelAsync();
            await progress;
        }
    }

    private static async Task SayAsync(WritersReport report, CommandContext context, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Between, context.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
                await context.Error.WriteLineAsync(report.Line());
        }
        catch (OperationCanceledException)
        {
            // The watch is over.
        }
    }
}
