using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>Registers the passthrough of etcd's own metrics.</summary>
internal static class PageServices
{
    public static IServiceCollection AddEtcdPassthrough(this IServiceCollection services)
    {
        services.AddEtcdDiscovery().AddEtcdClient();
        services.TryAddSingleton(provider =>
        {
            var settings = provider.GetRequiredService<SettingValues>();
            return new PassthroughPages(
                provider.GetRequiredService<EtcdOnNode>().GetAsync,
                provider.GetRequiredService<EtcdOverrides>(),
                ClientServices.LinksOf(
                    provider, PageAllowance.ForScrapes(settings.Get(PassthroughSettings.Timeout))),
                PassthroughFamilies.Of(settings.Get(PassthroughSettings.Families)),
                provider.GetRequiredService<TimeProvider>());
        });
        return services;
    }
}
