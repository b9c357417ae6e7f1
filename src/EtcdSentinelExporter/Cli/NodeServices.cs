using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Polling.Self;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Cli;

/// <summary>Registers the services of the collectors: common ones here, the others by each subject.</summary>
internal static class NodeServices
{
    /// <param name="settings">Valid settings.</param>
    /// <param name="kinds">The enabled collectors.</param>
    /// <param name="context">Its timeouts and limits take precedence.</param>
    /// <param name="logs">Each collector logs under its own name.</param>
    public static ServiceProvider Build(
        SettingValues settings, IEnumerable<CollectorKind> kinds, CommandContext context, Logs logs)
    {
        var services = new ServiceCollection();
        context.AddServices(services);
        services.TryAddSingleton(new PollTimeouts());
        services.AddSingleton(settings);
        services.AddSingleton(context.Clock);
        services.AddSingleton(logs.Factory);
        services.AddSingleton(new LogDrops(() => logs.DroppedLines));
        services.AddSingleton(new NodeRoots(
            new(settings.Get(GeneralSettings.RootPath), context.Clock),
            new(settings.Get(GeneralSettings.ProcPath), context.Clock),
            new(settings.Get(GeneralSettings.SysPath), context.Clock)));
        services.AddHostFiles().AddEtcdPassthrough();
        foreach (var kind in kinds)
            kind.AddServices(services);
        return services.BuildServiceProvider();
    }
}
