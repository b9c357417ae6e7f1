using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Host;

/// <summary>Registers the services that read the host's files. <see cref="NodeRoots"/> and a <see cref="TimeProvider"/>
/// must be registered.</summary>
internal static class HostServices
{
    private const int MaxFileBytes = 1 << 20;

    public static IServiceCollection AddHostFiles(this IServiceCollection services)
    {
        services.TryAddSingleton(new HostTimeouts());
        services.TryAddSingleton(provider =>
        {
            var root = provider.GetRequiredService<NodeRoots>().Root;
            return new TimedReads(
                path => root.Read(path, MaxFileBytes), provider.GetRequiredService<HostTimeouts>().FileRead,
                provider.GetRequiredService<TimeProvider>());
        });
        return services;
    }
}
