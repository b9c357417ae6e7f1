using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Cli;

/// <summary>Polls all collectors at the same time: members and storage twice, because only two polls show how long
/// writes take.</summary>
/// <param name="window">Time between the two polls.</param>
/// <param name="memory">What earlier runs must not ask again.</param>
internal sealed class CheckRun(
    SettingValues settings, ImmutableArray<CollectorKind> kinds, CommandContext context, Logs logs, TimeSpan window,
    CheckMemory memory)
{
    // A smartctl that needs longer will not answer in time.
    private static readonly OneShotDrives Drives = new(MaxTimeout: TimeSpan.FromSeconds(6));

    // Time for what hangs, beyond the window.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(18);

    private readonly CheckPolls _polls = new(context.Clock, window);

    /// <summary>The last poll of each collector until now. One that hangs has none.</summary>
    public ImmutableArray<CollectorPoll> Polls =>
        [.. kinds.Select(kind => new CollectorPoll(kind.Name, _polls.Of(kind.Name)))];

    /// <summary>Returns when all collectors are polled, or are given up: see <see cref="Polls"/>.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stopping"/> was cancelled.</exception>
    public async Task PollAsync(CancellationToken stopping)
    {
        // Not disposed: what hangs would hang here too, and the process ends soon.
        var services = Build(kinds, overrides: null, links: null);
        var collectors = kinds.Select(kind => kind.Create(services)).ToArray();
        if (settings.Problems is not [])
            return;
        try
        {
            await Task.WhenAll(collectors.Select(collector => Task.Run(
                    () => PollAsync(collector, services, stopping), stopping)))
                .WaitAsync(window + Patience, context.Clock, stopping);
        }
        catch (TimeoutException)
        {
            // What has answered is enough.
        }
    }

    private ServiceProvider Build(IEnumerable<CollectorKind> some, EtcdOverrides? overrides, EtcdLinks? links)
    {
        return NodeServices.Build(settings, some, context with { AddServices = Add }, logs);

        void Add(IServiceCollection services)
        {
            context.AddServices(services);
            services.AddSingleton(Drives);
            services.AddSingleton(new OneShotKeyspace());
            if (overrides is not null)
                services.AddSingleton(overrides);
            // One call outstanding to each member holds for both rounds.
            if (links is not null)
                services.AddSingleton(links);
        }
    }

    private Task PollAsync(Collector collector, IServiceProvider services, CancellationToken stopping) =>
        collector switch
        {
            ProbeCollector<MembersReading> members => new CheckMembers(
                _polls, memory, context.Clock, services,
                (overrides, links) => Build([MembersCollector.Kind], overrides, links)).PollAsync(members, stopping),
            ProbeCollector<DrivesReading> drives => PollDrivesAsync(drives, stopping),
            ProbeCollector<KeyspaceReading> keyspace => PollKeysAsync(keyspace, stopping),
            ProbeCollector<StorageReading> storage => _polls.TakeTwiceAsync(storage, stopping),
            _ => _polls.TakeAsync(collector, stopping),
        };

    // The first poll learns the prefixes that nobody knows.
    private async Task PollKeysAsync(ProbeCollector<KeyspaceReading> keyspace, CancellationToken stopping)
    {
        await _polls.TakeAsync(keyspace, stopping);
        if (keyspace.Previous?.HasLearned is true)
            await _polls.TakeAsync(keyspace, stopping);
    }

    private async Task PollDrivesAsync(ProbeCollector<DrivesReading> drives, CancellationToken stopping)
    {
        drives.Previous = memory.Drives(context.Clock.GetUtcNow());
        // One poll reads for some seconds only; drives behind a slow one come with the next.
        Snapshot last;
        do
        {
            last = await _polls.TakeAsync(drives, stopping);
        }
        while (last.Failure is null && _polls.IsWithinWindow
            && UnreadDrives.AreDue(drives.Previous, context.Clock.GetUtcNow()));
    }
}
