using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Disks.Block;

/// <summary>Registers the services that read the node's disks.</summary>
internal static class DiskServices
{
    public static IServiceCollection AddNodeDisks(this IServiceCollection services)
    {
        services.AddEtcdDiscovery();
        services.TryAddSingleton(new DiskTimeouts());
        services.TryAddSingleton(Disks);
        return services;
    }

    /// <summary>Registers <see cref="FolderDisks"/> for one collector.</summary>
    public static IServiceCollection AddFolderDisks(this IServiceCollection services)
    {
        services.AddNodeDisks().TryAddSingleton(provider => new FolderDisks(
            configured => Finder(provider, configured), provider.GetRequiredService<NodeDisks>()));
        return services;
    }

    private static NodeDisks Disks(IServiceProvider provider)
    {
        var configured = RoleSettings.Configured(provider.GetRequiredService<SettingValues>());
        return new(
            provider.GetRequiredService<NodeRoots>(), provider.GetRequiredService<EtcdOnNode>(),
            Finder(provider, configured), provider.GetRequiredService<DiskTimeouts>(),
            provider.GetRequiredService<TimeProvider>());
    }

    private static DiskRoleFinder Finder(IServiceProvider provider, ConfiguredRoles configured)
    {
        var settings = provider.GetRequiredService<SettingValues>();
        var clock = provider.GetRequiredService<TimeProvider>();
        var roots = provider.GetRequiredService<NodeRoots>();
        // A configured /proc is the node's; the default may be that of a container.
        var proc = settings.Get(GeneralSettings.ProcPath) == GeneralSettings.ProcPath.Default ? null : roots.Proc;
        var mounts = new NodeMounts(new("/proc", clock), proc, settings.Get(GeneralSettings.RootPath));
        return new(
            roots.Root, roots.Sys, mounts, configured, provider.GetRequiredService<DiskTimeouts>().RolePath, clock);
    }
}
