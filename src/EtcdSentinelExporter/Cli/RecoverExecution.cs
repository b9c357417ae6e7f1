using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Maintenance;
using EtcdSentinelExporter.Recovery;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Cli;

/// <summary>Runs <c>recover nospace --execute</c>: asks whether it is meant, opens the journal, and refuses before
/// anything is changed.</summary>
internal sealed class RecoverExecution
{
    private readonly CommandContext _context;
    private readonly ExecuteOptions _execute;
    private readonly RecoverConsent _consent;
    private readonly MaintenanceCluster _cluster;
    private readonly MaintenanceTimeouts _limits;
    private readonly RecoveryTimeouts _timeouts;
    private readonly RecoverFolders _folders;
    private readonly RecoverStart _start;

    private RecoverExecution(
        SettingValues settings, RecoverOptions options, ExecuteOptions execute, CommandContext context,
        ServiceProvider services)
    {
        (_execute, _context) = (execute, context);
        _consent = new(execute, settings.Get(EtcdSettings.Endpoints).IsEmpty, context);
        _cluster = services.GetRequiredService<MaintenanceCluster>();
        _limits = services.GetRequiredService<MaintenanceTimeouts>();
        _timeouts = services.GetRequiredService<RecoveryTimeouts>();
        _folders = new(services, settings, context);
        _start = new(_cluster, options, execute, _limits, _timeouts, context);
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
        var facts = await _start.ReadAsync(_folders.JournalOf(_execute), stopping);
        var state = new NodeState(_context.Clock.GetUtcNow(), Environment.MachineName, "", []);
        foreach (var cause in new SpaceCauses(facts, state, await ResourceCounts.ReadAsync(_cluster, stopping)).All())
            await _context.Out.WriteLineAsync(cause);
        if (await _consent.WhyNotAsync(facts, stopping) is { } reason)
            return await RefuseAsync(reason);
        var folders = await _folders.OfEtcdAsync(stopping);
        var disks = _folders.Check(folders);
        var (path, why) = await _folders.JournalAsync(_execute, disks, folders, stopping);
        if (path is null)
        {
            return await RefuseAsync(
                $"The journal needs a folder that is not on a disk of etcd: write --journal=FILE. {why}");
        }
        using var journal = Opened(path, facts.ClusterId);
        if (journal is null)
            return await RefuseAsync($"{path}: the journal cannot be written, or another run of recover has it.");
        var steps = new RecoverSteps(_cluster, _limits, _timeouts, journal, disks, folders, _context);
        try
        {
            var rules = await _start.RulesAsync(facts.ClusterId, journal, stopping);
            return await steps.RunAsync(_execute, rules, path, stopping);
        }
        catch (RecoveryException e)
        {
            return await RefuseAsync(e.Message);
        }
    }

    private RecoveryJournal? Opened(string path, ulong clusterId)
    {
        try
        {
            return RecoveryJournal.Open(path, clusterId, _timeouts.MaxJournalAge, _context.Out, _context.Clock);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private async Task<int> RefuseAsync(string reason)
    {
        await _context.Error.WriteLineAsync($"Refused, nothing was changed. {reason}");
        return ExitCode.Refused;
    }
}
