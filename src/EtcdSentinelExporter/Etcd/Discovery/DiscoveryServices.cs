using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Etcd.Discovery;

/// <summary>Registers the discovery of etcd.</summary>
internal static class DiscoveryServices
{
    public static IServiceCollection AddEtcdDiscovery(this IServiceCollection services)
    {
        services.TryAddSingleton(new DiscoveryTimeouts());
        services.TryAddSingleton(provider =>
        {
            var roots = provider.GetRequiredService<NodeRoots>();
            var settings = provider.GetRequiredService<SettingValues>();
            var discovery = new EtcdDiscovery(
                roots.Root, settings.Get(DiscoverySettings.Processes) ? new ProcessTable(roots.Proc) : null,
                settings.Get(DiscoverySettings.Manifest), provider.GetRequiredService<TimeProvider>());
            return new EtcdOnNode(
                discovery.ReadAsync, provider.GetRequiredService<DiscoveryTimeouts>().Read,
                provider.GetRequiredService<TimeProvider>());
        });
        return services;
    }
}
