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

    private static NodeDisks Disks(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<SettingValues>();
        var clock = provider.GetRequiredService<TimeProvider>();
        var timeouts = provider.GetRequiredService<DiskTimeouts>();
        var roots = provider.GetRequiredService<NodeRoots>();
        // A configured /proc is the node's; the default may be that of a container.
        var proc = settings.Get(GeneralSettings.ProcPath) == GeneralSettings.ProcPath.Default ? null : roots.Proc;
        var mounts = new NodeMounts(new("/proc", clock), proc, settings.Get(GeneralSettings.RootPath));
        var finder = new DiskRoleFinder(
            roots.Root, roots.Sys, mounts, RoleSettings.Configured(settings), timeouts.RolePath, clock);
        return new(roots, provider.GetRequiredService<EtcdOnNode>(), finder, timeouts, clock);
    }
}
