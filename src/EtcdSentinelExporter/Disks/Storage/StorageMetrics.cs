using EtcdSentinelExporter.Metrics;

namespace EtcdSentinelExporter.Disks.Storage;

internal static class StorageMetrics
{
    public static ImmutableArray<MetricFamily<StorageReading>> Families { get; } =
        [.. RoleMetrics.Families, .. EtcdFolderMetrics.Families, .. DiskIoMetrics.Families];
}
