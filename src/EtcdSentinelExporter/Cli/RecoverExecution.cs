using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Cli;

/// <summary>Runs <c>recover nospace --execute</c>: makes sure that the cluster is the one that is meant, and opens the
/// journal.</summary>
internal sealed class RecoverExecution
{
    private readonly CommandContext _context;
    private readonly ServiceProvider _services;
    private readonly RecoverOptions _options;
    private readonly ExecuteOptions _execute;
    private readonly bool _isFromNode;
    private readonly MaintenanceCluster _cluster;

    private RecoverExecution(
        SettingValues settings, RecoverOptions options, ExecuteOptions execute, CommandContext context,
        ServiceProvider services)
    {
        (_options, _execute, _context, _services) = (options, execute, context, services);
        _isFromNode = settings.Get(EtcdSettings.Endpoints).IsEmpty;
        _cluster = services.GetRequiredService<MaintenanceCluster>();
    }

    /// <returns>The exit code.</returns>
    /// <exception cref="EtcdException">The cluster cannot be read.</exception>
    /// <exception cref="FormatException">No etcd was found.</exception>
    public static async Task<int> RunAsync(
        SettingValues settings, RecoverOptions options, ExecuteOptions execute, CommandContext context, Logs logs,
        CancellationToken stopping)
    {
        await using var services = NodeServices.Build(settings, [], context with { AddServices = Add }, logs);
        return await new RecoverExecution(settings, options, execute, context, services).RunAsync(stopping);

        void Add(IServiceCollection added)
        {
            context.AddServices(added);
            added.AddEtcdMaintenance();
            added.TryAddSingleton(new RecoveryTimeouts());
        }
    }

    private async Task<int> RunAsync(CancellationToken stopping)
    {
        var facts = await _cluster.ReadAsync(stopping);
        var state = new NodeState(_context.Clock.GetUtcNow(), Environment.MachineName, "", []);
        foreach (var cause in new SpaceCauses(facts, state, await ResourceCounts.ReadAsync(_cluster, stopping)).All())
            await _context.Out.WriteLineAsync(cause);
        if (await WhyNotMeantAsync(facts, stopping) is { } reason)
            return await RefuseAsync(reason);
        var guard = new RecoveryGuard(
            _cluster, new(RefusalPurpose.RecoverNoSpace, _options.TrustsRoom), _options.Forced, facts.ClusterId);
        try
        {
            await guard.ReadAsync(stopping);
        }
        catch (RecoveryException e)
        {
            return await RefuseAsync(e.Message);
        }
        return await RunAsync(guard, facts.ClusterId, stopping);
    }

    private async Task<int> RunAsync(RecoveryGuard guard, ulong clusterId, CancellationToken stopping)
    {
        var timeouts = _services.GetRequiredService<RecoveryTimeouts>();
        var disks = new EtcdDiskCheck(_services.GetRequiredService<NodeRoots>(), _context.Clock);
        var folders = await FoldersAsync(stopping);
        if (await JournalAsync(disks, folders, stopping) is not { } path)
            return await RefuseAsync("The journal needs a folder that is not on a disk of etcd: write --journal=FILE.");
        using var journal = Opened(path, clusterId, timeouts);
        if (journal is null)
            return await RefuseAsync($"{path}: the journal cannot be written, or another run of recover has it.");
        if (journal.IsResumed)
            journal.Begin("resume", $"Going on after a run that was cut off ({path}).");
        var limits = _services.GetRequiredService<MaintenanceTimeouts>();
        var run = new RecoveryRun(
            _cluster, guard, new(_cluster, guard, journal, limits, timeouts, _context.Clock),
            new(_cluster, guard, journal, disks, folders, timeouts, _context.Clock), journal, timeouts, _context.Clock);
        try
        {
            await run.RunAsync(_execute, stopping);
            journal.Done(
                _execute.Only is null && (journal.HasChanged || journal.IsResumed) ? "Done: etcd takes writes again." : "Done.");
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            journal.Stop("interrupted", journal.HasChanged
                ? "Interrupted. Run it again with the same options, and it goes on."
                : "Interrupted; nothing was changed.");
            throw;
        }
        catch (RecoveryException e)
        {
            return Stopped(journal, e.Code, e.Message);
        }
        catch (Exception e) when (e is EtcdException or FormatException or IOException or UnauthorizedAccessException)
        {
            return Stopped(journal, "failed", e.Message);
        }
    }

    private static int Stopped(RecoveryJournal journal, string code, string why)
    {
        journal.Stop(code, why);
        return journal.HasChanged ? ExitCode.Failed : ExitCode.Refused;
    }

    private RecoveryJournal? Opened(string path, ulong clusterId, RecoveryTimeouts timeouts)
    {
        try
        {
            return RecoveryJournal.Open(path, clusterId, timeouts.MaxJournalAge, _context.Out, _context.Clock);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private async Task<string?> WhyNotMeantAsync(ClusterFacts facts, CancellationToken stopping)
    {
        var id = MemberFacts.Hex(facts.ClusterId);
        if (_execute.ClusterId is { } meant)
            return meant == facts.ClusterId ? null : $"This is cluster {id}, not {MemberFacts.Hex(meant)}.";
        if (_execute.Yes)
        {
            return _isFromNode
                ? null
                : $"--yes is only for the etcd of this node's own files; for etcd.endpoints write --cluster-id={id}.";
        }
        await _context.Out.WriteAsync($"Steps will change cluster {id}. Type its ID to go on: ");
        await _context.Out.FlushAsync(stopping);
        // A console blocks the caller until the line is there, also in its asynchronous form.
        var line = await Task.Run(_context.In.ReadLine, CancellationToken.None).WaitAsync(stopping);
        return line?.Trim() == id ? null : "The ID was not typed.";
    }

    private async Task<ImmutableArray<string>> FoldersAsync(CancellationToken stopping)
    {
        var found = await _services.GetRequiredService<EtcdOnNode>().GetAsync(stopping);
        return
        [
            .. found.Installations.SelectMany(etcd => (string?[])[etcd.DataDir, etcd.WalDir]).OfType<string>()
                .Distinct(StringComparer.Ordinal),
        ];
    }

    // /run is in memory, so the usual place survives all but a restart of the node.
    private async Task<string?> JournalAsync(
        EtcdDiskCheck disks, ImmutableArray<string> folders, CancellationToken stopping)
    {
        var path = _execute.Journal
            ?? (_context.StateFolder is { } folder ? Path.Combine(folder, "recover.jsonl") : null);
        if (path is null || Path.GetDirectoryName(path) is not { } parent)
            return null;
        if (_execute.Journal is null && OperatingSystem.IsLinux())
        {
            Directory.CreateDirectory(
                parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        return await disks.IsOnEtcdDiskAsync(parent, folders, stopping) ? null : path;
    }

    private async Task<int> RefuseAsync(string reason)
    {
        await _context.Error.WriteLineAsync($"Refused, nothing was changed. {reason}");
        return ExitCode.Refused;
    }
}
