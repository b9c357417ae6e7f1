using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Polling.Self;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>One check: asks the running exporter or polls by itself, and writes the result.</summary>
internal static class CheckSession
{
    /// <returns>The exit code.</returns>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<int> RunAsync(
        SettingValues settings, CheckOptions options, CommandContext context, CancellationToken stopping)
    {
        var output = new CheckOutput(context, options);
        // What the running exporter knows need not be asked twice.
        if ((options.IsPlugin || options.Textfile is not null)
            && await RunningExporter.AskAsync(settings, context, options, stopping) is { } known)
        {
            return await output.WriteAsync(known, stopping);
        }
        using var memory = CheckMemory.Open(context);
        if (memory is null)
        {
            await context.Error.WriteLineAsync("Another check is running on this node; wait until it ends.");
            return options.IsPlugin ? ExitCode.PluginUnknown : ExitCode.Unknown;
        }
        // Its log lines would stand between those of the result.
        var quiet = settings.Get(GeneralSettings.LogLevel) is LogLevel.Debug
            ? context
            : context with { Error = TextWriter.Null };
        using var logs = new Logs(quiet, settings);
        var run = new CheckRun(settings, KindsOf(settings, options), quiet, logs, options.Window, memory);
        await PollAsync(run, context, memory, stopping);
        // A collector may find settings that conflict only when it is created.
        if (await ConfigurationErrors.PrintAsync(settings, context.Error) is { } conflict)
            return conflict;
        ImmutableArray<CollectorPoll> polls = [.. run.Polls.Select(UnreadDrives.TimedOut)];
        var state = new NodeState(context.Clock.GetUtcNow(), Environment.MachineName, Build.Current.Text, polls);
        if (options.Upgrade is { } target)
            return await CheckUpgrade.WriteAsync(state, target, context.Out);
        if (options.Hash is { } hash)
            return await new CheckHash(settings, hash, context, logs).RunAsync(state, stopping);
        var report = Diagnostician.Report(state);
        return await output.WriteAsync(new(report, await TextAsync(polls)), stopping);
    }

    private static async Task PollAsync(
        CheckRun run, CommandContext context, CheckMemory memory, CancellationToken stopping)
    {
        try
        {
            await ProgressLine.ShowAsync(context, () => run.PollAsync(stopping), stopping);
        }
        finally
        {
            // After Ctrl-C too: the next run must not call again what hangs.
            memory.Save(run.Polls, context.Clock.GetUtcNow());
        }
    }

    private static ImmutableArray<CollectorKind> KindsOf(SettingValues settings, CheckOptions options) =>
    [
        .. CheckOptions.Kinds.Where(kind => options.NeedsMembersOnly ? kind.Name == MembersCollector.Name
            : options.Only.IsEmpty
            ? kind.IsEnabled(settings) && !(kind.Name == KeyspaceCollector.Name && IsRepeated(options))
            : options.Only.Contains(kind.Name, StringComparer.Ordinal)),
    ];

    // Started each minute, it must not count all keys each minute.
    private static bool IsRepeated(CheckOptions options) => options.IsPlugin || options.Textfile is not null;

    private static Task<byte[]> TextAsync(ImmutableArray<CollectorPoll> polls)
    {
        var store = new SnapshotStore();
        foreach (var snapshot in polls.Select(poll => poll.Last).OfType<Snapshot>())
            store.Post(snapshot);
        return store.Current.Text.BytesAsync(Metrics.TextFormat.Prometheus, gzip: false);
    }
}

/// <summary>What a check found.</summary>
/// <param name="Metrics">The metrics page as text.</param>
internal sealed record CheckResult(Report Report, byte[] Metrics);
