using System.Collections.Concurrent;
using EtcdSentinelExporter.Diagnosis;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Client;
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

    private readonly ConcurrentDictionary<string, Snapshot> _last = new(StringComparer.Ordinal);
    private readonly long _started = context.Clock.GetTimestamp();

    /// <summary>The last poll of each collector until now. One that hangs has none.</summary>
    public ImmutableArray<CollectorPoll> Polls =>
        [.. kinds.Select(kind => new CollectorPoll(kind.Name, _last.GetValueOrDefault(kind.Name)))];

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
            ProbeCollector<MembersReading> members => PollMembersAsync(members, services, stopping),
            ProbeCollector<DrivesReading> drives => PollDrivesAsync(drives, stopping),
            ProbeCollector<StorageReading> storage => PollTwiceAsync(storage, stopping),
            _ => TakeAsync(collector, stopping),
        };

    private async Task PollMembersAsync(
        ProbeCollector<MembersReading> local, IServiceProvider services, CancellationToken stopping)
    {
        local.Previous = memory.Members(context.Clock.GetUtcNow());
        await TakeAsync(local, stopping);
        if (All(local, services) is { } all)
        {
            await PollTwiceAsync(all, stopping);
            return;
        }
        await AgainAsync(local, stopping);
        // The member list may come late.
        if (All(local, services) is { } late)
            await TakeAsync(late, stopping);
    }

    /// <returns>A collector of all members of the cluster; <see langword="null"/> if no other is known.</returns>
    private ProbeCollector<MembersReading>? All(ProbeCollector<MembersReading> local, IServiceProvider services)
    {
        if (local.Previous is not { } own || memory.Peers(own).ToArray() is not { Length: > 0 } peers)
            return null;
        var all = (ProbeCollector<MembersReading>)MembersCollector.Kind.Create(Build(
            [MembersCollector.Kind],
            services.GetRequiredService<EtcdOverrides>() with
            {
                Endpoints = [.. CheckMemory.EndpointsOf(own).Concat(peers).Distinct()],
            },
            services.GetRequiredService<EtcdLinks>()));
        all.Previous = own with { Members = [.. own.Members, .. memory.Known(own, context.Clock.GetUtcNow())] };
        return all;
    }

    private async Task PollDrivesAsync(ProbeCollector<DrivesReading> drives, CancellationToken stopping)
    {
        drives.Previous = memory.Drives(context.Clock.GetUtcNow());
        // One poll reads for some seconds only; drives behind a slow one come with the next.
        Snapshot last;
        do
        {
            last = await TakeAsync(drives, stopping);
        }
        while (last.Failure is null && Elapsed < window
            && UnreadDrives.AreDue(drives.Previous, context.Clock.GetUtcNow()));
    }

    private async Task PollTwiceAsync(Collector collector, CancellationToken stopping)
    {
        await TakeAsync(collector, stopping);
        await AgainAsync(collector, stopping);
    }

    private async Task AgainAsync(Collector collector, CancellationToken stopping)
    {
        if (window - Elapsed is { Ticks: > 0 } rest)
            await Task.Delay(rest, context.Clock, stopping);
        if (collector is ProbeCollector<MembersReading> { Previous: { } reading } members)
            members.Previous = WithReadsDue(reading);
        await TakeAsync(collector, stopping);
    }

    // The window is shorter than the pause between two reads: one that failed in an election of a second would stay
    // failed. A refused one is not repeated.
    private static MembersReading WithReadsDue(MembersReading reading) => reading with
    {
        Members =
        [
            .. reading.Members.Select(member =>
                member.Probes.GetValueOrDefault(ProbeRecord.LinearizableRead) is { Refusals: 0 } read
                    ? member with
                    {
                        Probes = member.Probes.SetItem(
                            ProbeRecord.LinearizableRead, read with { Succeeded = null, Failure = null }),
                    }
                    : member),
        ],
    };

    private async Task<Snapshot> TakeAsync(Collector collector, CancellationToken stopping) =>
        _last[collector.Name] = await collector.TakeAsync(stopping);

    private TimeSpan Elapsed => context.Clock.GetElapsedTime(_started);
}
