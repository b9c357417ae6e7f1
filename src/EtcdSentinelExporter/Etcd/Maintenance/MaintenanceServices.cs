using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Versions;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Etcd.Maintenance;

/// <summary>Registers what the verbs that write to etcd need. Nothing else registers it.</summary>
internal static class MaintenanceServices
{
    public static IServiceCollection AddEtcdMaintenance(this IServiceCollection services)
    {
        services.AddEtcdDiscovery().AddEtcdClient().AddAdvisories();
        services.TryAddSingleton(new MaintenanceTimeouts());
        services.TryAddSingleton(provider =>
        {
            var settings = provider.GetRequiredService<SettingValues>();
            var clock = provider.GetRequiredService<TimeProvider>();
            return new MaintenanceCluster(
                provider.GetRequiredService<EtcdOnNode>().GetAsync,
                provider.GetRequiredService<EtcdOverrides>(),
                provider.GetRequiredService<EtcdLinks>(),
                new(provider.GetRequiredService<NodeRoots>(), settings.Get(DiscoverySettings.Manifest),
                    settings.Get(RoleSettings.DataDir), clock),
                provider.GetRequiredService<AdvisoryTable>(),
                provider.GetRequiredService<MaintenanceTimeouts>(), clock);
        });
        return services;
    }
}
