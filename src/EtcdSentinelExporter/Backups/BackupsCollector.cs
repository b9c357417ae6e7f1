using EtcdSentinelExporter.Backups.Snapshots;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Backups;

internal static class BackupsCollector
{
    public const string Name = "backups";

    // A poll must not wait longer than check does for its second poll of the members.
    private static readonly TimeSpan MaxPatience = TimeSpan.FromSeconds(8);

    public static CollectorKind Kind { get; } = new(
        Name, BackupsSettings.All, ImmutableArray<MetricFamily>.CastUp(BackupsMetrics.Families), Create)
    {
        AddServices = services => services.AddEtcdDiscovery().AddFolderDisks(),
    };

    private static ProbeCollector<BackupsReading> Create(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<SettingValues>();
        var clock = provider.GetRequiredService<TimeProvider>();
        var cadence = BackupsSettings.Common.Cadence(settings, provider.GetRequiredService<PollTimeouts>());
        var paths = new HostPath(settings.Get(GeneralSettings.RootPath));
        var reader = new SnapshotReader(paths, settings.Get(BackupsSettings.VerifyRate), clock);
        var third = cadence.Within / 3;
        var probe = new BackupsProbe(
            provider.GetRequiredService<EtcdOnNode>().GetAsync, paths,
            new(provider.GetRequiredService<NodeDisks>().RolesAsync,
                provider.GetRequiredService<FolderDisks>().OfAsync),
            new(reader.Read, clock),
            new(settings.Get(BackupsSettings.Folders), settings.Get(BackupsSettings.MaxAge),
                third < MaxPatience ? third : MaxPatience),
            clock);
        return new(
            Name, cadence, probe, BackupsMetrics.Families,
            subjects: reading => reading.Folders.Length, judge: BackupsFindings.Judge, clock);
    }
}
