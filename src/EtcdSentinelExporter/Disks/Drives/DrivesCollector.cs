using System.Collections.Immutable;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Disks.Drives;

internal static class DrivesCollector
{
    public const string Name = "drives";

    // One list of what is due, looked at this often.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    // For a process that does not die at once, and for files.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    public static CollectorKind Kind { get; } = new(
        Name, DrivesSettings.All, ImmutableArray<MetricFamily>.CastUp(DrivesMetrics.Families), Create)
    {
        AddServices = services => services.AddNodeDisks().TryAddSingleton(ProcessTimeouts.Default),
    };

    /// <summary>The collector that asks the drives itself and leaves their answers in <c>drives.folder</c>.</summary>
    /// <param name="provider">As for <see cref="Kind"/>.</param>
    /// <param name="folder">Where it writes one file per drive.</param>
    public static Collector<DrivesReading> CreateAgent(IServiceProvider provider, string folder)
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        var cadence = CadenceOf(provider);
        return Of(provider, new AgentFolder(
            Asking(provider), new HostFiles("/", clock), folder,
            AgentCadence.Of(SettingsOf(provider).Get(DrivesSettings.Every), cadence.Every, cadence.Within),
            Log(provider), clock));
    }

    private static Collector<DrivesReading> Create(IServiceProvider provider) => Of(
        provider,
        SettingsOf(provider).Get(DrivesSettings.Source) is DriveSource.Folder ? Reading(provider) : Asking(provider));

    private static Collector<DrivesReading> Of(IServiceProvider provider, IProbe<DrivesReading> probe) => new(
        Name, CadenceOf(provider), probe, DrivesMetrics.Families,
        subjects: reading => reading.Drives.Count(), judge: DrivesFindings.Judge,
        provider.GetRequiredService<TimeProvider>());

    private static Cadence CadenceOf(IServiceProvider provider)
    {
        var settings = SettingsOf(provider);
        var every = settings.Get(DrivesSettings.Every);
        var within = settings.Get(DrivesSettings.Timeout) + DrivesProbe.Budget + Slack;
        var least = provider.GetRequiredService<PollTimeouts>().MinPoll;
        return new(every < Tick ? every : Tick, within > least ? within : least);
    }

    private static DrivesFolderProbe Reading(IServiceProvider provider)
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        return new(
            Listed(provider), provider.GetRequiredService<NodeDisks>().RolesAsync, new HostFiles("/", clock),
            SettingsOf(provider).Get(DrivesSettings.Folder)!, Log(provider), clock);
    }

    private static DrivesProbe Asking(IServiceProvider provider)
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        var settings = SettingsOf(provider);
        var disks = provider.GetRequiredService<NodeDisks>();
        var proc = provider.GetRequiredService<NodeRoots>().Proc;
        var path = settings.Get(DrivesSettings.SmartctlPath);
        var search = Environment.GetEnvironmentVariable("PATH") ?? "";
        var smartctl = new Smartctl(
            () => SmartctlProgram.Find(path, search), settings.Get(DrivesSettings.Timeout),
            new ProcessRunner(clock, provider.GetRequiredService<ProcessTimeouts>()), clock);
        var schedule = new DriveSchedule(settings.Get(DrivesSettings.Every), Environment.MachineName);
        return new(
            Listed(provider), disks.RolesAsync, async token => (await disks.IoAsync(token)).Loads,
            () => IoPressure.Read(proc), new DriveReader(smartctl, schedule, clock), schedule, Log(provider), clock);
    }

    private static DriveScan Listed(IServiceProvider provider)
    {
        var addresses = SettingsOf(provider).Get(DrivesSettings.Devices);
        var disks = provider.GetRequiredService<NodeDisks>();
        return new(async token => DriveList.Of((await disks.ListAsync(token)).Items, addresses));
    }

    private static SettingValues SettingsOf(IServiceProvider provider) => provider.GetRequiredService<SettingValues>();

    private static DrivesLog Log(IServiceProvider provider) =>
        new(provider.GetRequiredService<ILoggerFactory>().CreateLogger(Name));
}
