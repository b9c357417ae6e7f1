using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
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
    private readonly RecoverFolders _folders;

    private RecoverExecution(
        SettingValues settings, RecoverOptions options, ExecuteOptions execute, CommandContext context,
        ServiceProvider services)
    {
        (_options, _execute, _context, _services) = (options, execute, context, services);
        _isFromNode = settings.Get(EtcdSettings.Endpoints).IsEmpty;
        _cluster = services.GetRequiredService<MaintenanceCluster>();
        _folders = new(services, settings, context);
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
        var guard = new RecoveryGuard(_cluster, new(
            facts.ClusterId, new(RefusalPurpose.RecoverNoSpace, _options.TrustsRoom), _options.Forced)
        {
            Silent = _options.Forced.Contains(RefusalCode.MemberDown, StringComparer.Ordinal)
                ? [.. facts.Members.Where(member => member.Failure is not null).Select(member => member.Id)]
                : [],
        });
        try
        {
            facts = await guard.ReadAsync(stopping);
            guard.Check(_execute.Only is null ? WithoutData(facts) : facts, Members(facts));
        }
        catch (RecoveryException e)
        {
            return await RefuseAsync(e.Message);
        }
        return await RunAsync(guard.Rules, facts, stopping);
    }

    // A run that compacts and then refuses to defragment would have dropped the history for nothing.
    private ImmutableArray<ulong> Members(ClusterFacts facts) => _execute.Only switch
    {
        null => [.. facts.StartedVoters.Select(member => member.Id)],
        { Kind: OnlyKind.Defragment, Member: var name } => MemberNames.Find(facts, name) is { } one ? [one.Id] : [],
        _ => [],
    };

    // History counts as in use until it is dropped, so only then the sizes decide. Each step reads them anew.
    private static ClusterFacts WithoutData(ClusterFacts facts) => facts with
    {
        Members = [.. facts.Members.Select(member => member with
        {
            State = member.State is { } state ? state with { InUseBytes = 0 } : null,
        })],
    };

    private async Task<int> RunAsync(DefragmentGuard rules, ClusterFacts facts, CancellationToken stopping)
    {
        var timeouts = _services.GetRequiredService<RecoveryTimeouts>();
        var folders = await _folders.OfEtcdAsync(stopping);
        var disks = _folders.Check(folders);
        var (path, reason) = await _folders.JournalAsync(_execute, disks, folders, stopping);
        if (path is null)
        {
            return await RefuseAsync(
                $"The journal needs a folder that is not on a disk of etcd: write --journal=FILE. {reason}");
        }
        using var journal = Opened(path, facts.ClusterId, timeouts);
        if (journal is null)
            return await RefuseAsync($"{path}: the journal cannot be written, or another run of recover has it.");
        var limits = _services.GetRequiredService<MaintenanceTimeouts>();
        // The same for each run of this node, and another one on each other node.
        var own = MemberFacts.Hex(facts.Members.FirstOrDefault(member => member.IsOwn)?.Id ?? 0);
        var holder = $"{Environment.MachineName}, recover nospace beside member {own}, journal {path}";
        var mutex = new RecoveryLock(_cluster, limits, holder);
        if (await mutex.WhyNotAsync(facts, stopping) is { } locked)
            return await RefuseAsync($"No other run may be active: {locked}.");
        var guard = new RecoveryGuard(_cluster, rules) { Lock = mutex };
        if (journal.IsResumed)
            journal.Begin("resume", $"Going on after a run that was cut off ({path}).");
        var defragmentation = new RecoveryDefragmentation(_cluster, guard, journal, limits, timeouts, _context.Clock);
        var run = new RecoveryRun(
            _cluster, guard, defragmentation,
            new(_cluster, guard, journal, disks, folders, timeouts, _context.Clock), journal, timeouts, _context.Clock);
        try
        {
            await run.RunAsync(_execute, stopping);
            journal.Done(
                _execute.Only is null && (journal.HasChanged || journal.IsResumed)
                    ? "Done: etcd takes writes again."
                    : "Done.");
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
        finally
        {
            if (await mutex.EndAsync(defragmentation.MayContinue) is { } kept)
                await _context.Error.WriteLineAsync(kept);
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
        if (_execute.ClusterId is { } meant && meant != facts.ClusterId)
            return $"This is cluster {id}, not {MemberFacts.Hex(meant)}.";
        if (_execute.Yes && RecoveryLock.WhyNotOurTurn(facts) is { } turn)
            return turn;
        if (_execute.ClusterId is not null)
            return null;
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

    private async Task<int> RefuseAsync(string reason)
    {
        await _context.Error.WriteLineAsync($"Refused, nothing was changed. {reason}");
        return ExitCode.Refused;
    }
}
