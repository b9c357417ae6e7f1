using System.Collections.Immutable;
using EtcdSentinelExporter.Exposition;

namespace EtcdSentinelExporter.Collectors.Storage;

internal static class StorageMetrics
{
    public static ImmutableArray<MetricFamily<StorageReading>> Families { get; } =
        [.. RoleMetrics.Families, .. EtcdFolderMetrics.Families, .. DiskIoMetrics.Families];
}
