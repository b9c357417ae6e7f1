using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Etcd.Client;

/// <summary>Registers the connections to the etcd members.</summary>
internal static class ClientServices
{
    public static IServiceCollection AddEtcdClient(this IServiceCollection services)
    {
        services.AddHostFiles();
        services.TryAddSingleton(EtcdTimeouts.Default);
        services.TryAddSingleton(PageAllowance.ForProbes);
        services.TryAddSingleton(provider => EtcdSettings.Overrides(provider.GetRequiredService<SettingValues>()));
        services.TryAddSingleton(provider => LinksOf(provider, provider.GetRequiredService<PageAllowance>()));
        return services;
    }

    /// <summary>Creates separate connections, for a user that must not wait for others. The caller disposes
    /// them.</summary>
    /// <param name="maxMessage">Bytes of the largest response that is read.</param>
    public static EtcdLinks LinksOf(
        IServiceProvider provider, PageAllowance pages, int maxMessage = EtcdChannel.MaxMessage) => new(
        provider.GetRequiredService<TimedReads>().Read, provider.GetRequiredService<EtcdTimeouts>(), pages,
        provider.GetRequiredService<TimeProvider>(),
        EtcdSettings.User(provider.GetRequiredService<SettingValues>()), maxMessage);
}
