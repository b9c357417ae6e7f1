using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Etcd.Keyspace;

internal static class KeyspaceCollector
{
    public const string Name = "keyspace";

    // An exporter that restarts all the time must not count at each start.
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(1);

    public static CollectorKind Kind { get; } = new(
        Name, KeyspaceSettings.All, ImmutableArray<MetricFamily>.CastUp(KeyspaceMetrics.Families), Create)
    {
        AddServices = services =>
        {
            services.AddEtcdDiscovery().AddEtcdClient().TryAddSingleton(new KeyspaceTimeouts());
            services.TryAddSingleton(provider => new KeyspaceLinks(ClientServices.LinksOf(
                provider, provider.GetRequiredService<PageAllowance>())));
        },
    };

    private static ProbeCollector<KeyspaceReading> Create(IServiceProvider provider)
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        var settings = provider.GetRequiredService<SettingValues>();
        var timeouts = provider.GetRequiredService<KeyspaceTimeouts>();
        // The members collector must not wait for a count, nor a count for it.
        var links = provider.GetRequiredService<KeyspaceLinks>().Links;
        var cadence = KeyspaceSettings.Common.Cadence(settings, provider.GetRequiredService<PollTimeouts>());
        var probe = new KeyspaceProbe(
            provider.GetRequiredService<EtcdOnNode>().GetAsync,
            provider.GetRequiredService<EtcdOverrides>(),
            targets =>
            [
                .. targets.Zip(links.To(targets), IKeyspaceMember (target, link) =>
                    new KeyspaceMember(target, link, timeouts, clock)),
            ],
            RootsOf(provider.GetRequiredService<NodeRoots>(), settings),
            timeouts, provider.GetService<OneShotKeyspace>() is not null, clock);
        return new(
            Name, cadence with { FirstAfter = cadence.Every < FirstAfter ? cadence.Every : FirstAfter }, probe,
            KeyspaceMetrics.Families,
            subjects: reading => reading.Members.Max(member => member.Counts?.ResourceCount) ?? 0,
            judge: KeyspaceFindings.Judge, clock)
        {
            FailureIn = reading => reading.Failure,
        };
    }

    /// <summary>Where API servers store their keys, by the settings and the files of this node.</summary>
    public static Func<ImmutableArray<string>> RootsOf(NodeRoots node, SettingValues settings)
    {
        if (settings.Get(KeyspaceSettings.Root) is { } root)
            return () => [root];
        var processes = settings.Get(DiscoverySettings.Processes) ? new ProcessTable(node.Proc) : null;
        return new ApiServerRoots(node.Root, processes, settings.Get(DiscoverySettings.Manifest)).Find;
    }
}

/// <summary>Connections for the keyspace collector alone.</summary>
internal sealed record KeyspaceLinks(EtcdLinks Links) : IDisposable
{
    public void Dispose() => Links.Dispose();
}
