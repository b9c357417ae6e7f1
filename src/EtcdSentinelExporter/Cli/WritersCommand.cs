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
    public static Task<int> RunAsync(
        SettingValues settings, WritersOptions options, CommandContext context, CancellationToken stopping) =>
        KeyspaceSession.RunAsync(
            settings, context, (questions, ending) => RunAsync(questions, options, context, ending),
            failure: "Cannot watch", stopping);

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
