using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Disks.Storage;

internal static class StorageSettings
{
    public static readonly CollectorSettings Common = new(StorageCollector.Name, every: "15s", timeout: "5s");

    public static ImmutableArray<Setting> All { get; } = [.. Common.All, .. RoleSettings.All];
}
