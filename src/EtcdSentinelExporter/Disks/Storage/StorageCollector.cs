using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Disks.Storage;

internal static class StorageCollector
{
    public const string Name = "storage";

    public static CollectorKind Kind { get; } = new(
        Name, StorageSettings.All, ImmutableArray<MetricFamily>.CastUp(StorageMetrics.Families), Create)
    {
        AddServices = services => services.AddNodeDisks().TryAddSingleton(new StorageTimeouts()),
    };

    private static ProbeCollector<StorageReading> Create(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<SettingValues>();
        var clock = provider.GetRequiredService<TimeProvider>();
        var roots = provider.GetRequiredService<NodeRoots>();
        var folders = new EtcdFolders(
            new(settings.Get(GeneralSettings.RootPath)), RoleSettings.Configured(settings), new(roots.Sys, roots.Root),
            provider.GetRequiredService<StorageTimeouts>().EtcdFolder, clock);
        // Not the shared reader: the window must be the time between polls of this collector.
        var io = new DiskIoReader(roots.Proc, roots.Sys, clock);
        return new(
            Name, StorageSettings.Common.Cadence(settings, provider.GetRequiredService<PollTimeouts>()),
            new StorageProbe(provider.GetRequiredService<NodeDisks>().RolesAsync, io, folders, roots.Proc, clock),
            StorageMetrics.Families,
            subjects: reading => reading.Roles.Places.Length, judge: StorageFindings.Judge, clock);
    }
}
