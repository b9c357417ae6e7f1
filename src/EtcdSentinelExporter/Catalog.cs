using System.Collections.Immutable;
using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter;

/// <summary>The collectors of a node's subjects. A new one is a folder under Collectors and one line here.</summary>
/// <remarks>Two more look at the exporter itself and have no settings: <c>process</c> and <c>web_config</c>, in
/// <c>OwnCollectors</c>.</remarks>
internal static class Catalog
{
    public static ImmutableArray<CollectorKind> All { get; } =
    [
        MembersCollector.Kind,
        CertificatesCollector.Kind,
        DrivesCollector.Kind,
        StorageCollector.Kind,
    ];

    public static SettingTable Settings { get; } =
        new([.. GeneralSettings.All, .. EtcdSettings.All, .. All.SelectMany(kind => kind.Settings)]);
}
