using EtcdSentinelExporter.Certificates.Files;
using EtcdSentinelExporter.Certificates.Served;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Certificates;

internal static class CertificatesCollector
{
    public const string Name = "certificates";

    public static CollectorKind Kind { get; } = new(
        Name, CertificatesSettings.All, ImmutableArray<MetricFamily>.CastUp(CertificatesMetrics.Families), Create)
    {
        AddServices = services =>
            services.AddEtcdDiscovery().AddEtcdClient().TryAddSingleton(new CertificatesTimeouts()),
    };

    private static ProbeCollector<CertificatesReading> Create(IServiceProvider provider)
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        var roots = provider.GetRequiredService<NodeRoots>();
        var timeouts = provider.GetRequiredService<CertificatesTimeouts>();
        var disk = new FileSweeper(timeouts.File, clock);
        var processes = new ProcessTable(roots.Proc);
        var dial = new ListenerDial(provider.GetRequiredService<TimedReads>().Read, timeouts.CloseNotify, clock);
        var probe = new CertificatesProbe(
            provider.GetRequiredService<EtcdOnNode>().GetAsync,
            PlannerOf(provider).Plan,
            disk,
            new FileScan(roots.Root, disk, clock),
            new Handshakes(dial.LeafAsync, timeouts.Handshake, clock),
            () => processes.Find(PodFinder.ProcessNames),
            new CertificatesLog(provider.GetRequiredService<ILoggerFactory>().CreateLogger(Name)),
            clock);
        var cadence = CertificatesSettings.Common.Cadence(
            provider.GetRequiredService<SettingValues>(), provider.GetRequiredService<PollTimeouts>());
        return new(
            Name, cadence, probe, CertificatesMetrics.Families,
            subjects: reading => reading.Files.Sum(file => file.Certificates.Length),
            judge: CertificatesFindings.Judge, clock);
    }

    private static Planner PlannerOf(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<SettingValues>();
        var etcd = provider.GetRequiredService<EtcdOverrides>();
        return new(
            provider.GetRequiredService<NodeRoots>().Root,
            settings.Get(CertificatesSettings.Profile),
            settings.Get(CertificatesSettings.Files),
            settings.Get(CertificatesSettings.Served),
            etcd is { CertFile: { } cert, KeyFile: { } key } ? new(Ca: null, cert, key) : null)
        {
            EtcdEndpoints = [.. etcd.Endpoints.Select(endpoint => endpoint.Address)],
        };
    }
}
