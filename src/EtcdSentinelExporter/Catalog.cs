using EtcdSentinelExporter.Backups;
using EtcdSentinelExporter.Certificates;
using EtcdSentinelExporter.Disks.Drives;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Keyspace;
using EtcdSentinelExporter.Etcd.Members;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Polling.Self;
using EtcdSentinelExporter.Settings;
using EtcdSentinelExporter.Web.Config;

namespace EtcdSentinelExporter;

/// <summary>All collectors. A new one is a folder and one line here.</summary>
internal static class Catalog
{
    public static ImmutableArray<CollectorKind> All { get; } =
    [
        MembersCollector.Kind,
        KeyspaceCollector.Kind,
        CertificatesCollector.Kind,
        DrivesCollector.Kind,
        StorageCollector.Kind,
        BackupsCollector.Kind,
        ProcessCollector.Kind,
        WebConfigCollector.Kind,
    ];

    public static SettingTable Settings { get; } = new(
    [
        .. GeneralSettings.All, .. EtcdSettings.All, .. PassthroughSettings.All, .. DiscoverySettings.All,
        .. All.SelectMany(kind => kind.Settings),
    ]);
}
