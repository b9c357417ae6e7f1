using EtcdSentinelExporter.Backups;
using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Findings;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Verifies one snapshot, and prints how to restore it: <c>check --backup</c>.</summary>
internal static class CheckBackup
{
    private static readonly TimeSpan DiscoveryLimit = TimeSpan.FromSeconds(10);

    /// <param name="path">Path as this process sees it.</param>
    /// <param name="trial">Folder into which it is restored with etcdutl; <see langword="null"/> not to.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        SettingValues settings, string path, string? trial, CommandContext context, CancellationToken stopping)
    {
        var full = Path.GetFullPath(path);
        var progress = new ReadProgress();
        using var ending = stopping.Register(progress.Abandon);
        var reader = new SnapshotReader(new("/"), settings.Get(BackupsSettings.VerifyRate), context.Clock);
        // A disk that hangs must not keep Ctrl-C waiting.
        var reading = DedicatedThread.Run(() => Read(reader, full, progress));
        await ProgressLine.ShowAsync(context, () => reading.WaitAsync(stopping), stopping);
        var check = await reading;
        await context.Out.WriteLineAsync($"{check.State}: {full}: {check.Detail}");
        if (check.ContentBytes > 0)
            await context.Out.WriteLineAsync($"Its content has {ReportCell.Size(check.ContentBytes)}.");
        var isRestored = check.State is not (SnapshotCheck.Valid or SnapshotCheck.Unverifiable)
            || await PrintRestoreAsync(settings, full, check, trial, context, stopping);
        await context.Out.FlushAsync(CancellationToken.None);
        return check.State switch
        {
            SnapshotCheck.Valid or SnapshotCheck.Unverifiable when !isRestored => ExitCode.Critical,
            SnapshotCheck.Valid => ExitCode.Done,
            SnapshotCheck.Corrupt or SnapshotCheck.Other => ExitCode.Critical,
            SnapshotCheck.Unverifiable => ExitCode.Warning,
            _ => ExitCode.Unknown,
        };
    }

    private static SnapshotCheck Read(SnapshotReader reader, string path, ReadProgress progress)
    {
        BackgroundReading.LowerPriority();
        return reader.Read(path, progress).Check;
    }

    /// <returns>False if the trial failed.</returns>
    private static async Task<bool> PrintRestoreAsync(
        SettingValues settings, string path, SnapshotCheck check, string? trial, CommandContext context,
        CancellationToken stopping)
    {
        using var logs = new Logs(context with { Error = TextWriter.Null }, settings);
        await using var services = NodeServices.Build(
            settings, [BackupsCollector.Kind], context with { AddServices = Add }, logs);
        var etcd = await services.GetRequiredService<EtcdOnNode>().GetAsync(stopping);
        await context.Out.WriteLineAsync(
            "\nTo restore it here (all that was written since is lost; see runbook restore-a-backup):\n");
        foreach (var line in RestoreCommands.Of(
            etcd.Found, NodeCommands.Quoted(path), check.State is SnapshotCheck.Valid))
        {
            await context.Out.WriteLineAsync(line);
        }
        if (trial is null)
            return true;
        var folders = new RecoverFolders(services, settings, context);
        var ofEtcd = await folders.OfEtcdAsync(stopping);
        var dry = new DryRestore(
            async (folder, token) => ofEtcd.IsEmpty
                ? null
                : await folders.Check(ofEtcd).WhyNotAsync(folder, ofEtcd, token),
            context.Environment.GetValueOrDefault("PATH", ""), context.Clock);
        var problem = await dry.RunAsync(path, trial, check.ContentBytes, check.State is SnapshotCheck.Valid, stopping);
        await context.Out.WriteLineAsync(problem is null
            ? $"\netcdutl restored it into {trial}, which was removed again."
            : $"\nNot restored: {problem}");
        return problem is null;

        // There is no next poll.
        void Add(IServiceCollection services)
        {
            context.AddServices(services);
            services.AddSingleton(new DiscoveryTimeouts { Read = DiscoveryLimit });
        }
    }
}
