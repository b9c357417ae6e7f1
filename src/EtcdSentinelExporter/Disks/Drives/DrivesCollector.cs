using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EtcdSentinelExporter.Disks.Drives;

/// <summary>Registered for a single poll: every drive is read at once, and one that is slow is given up.</summary>
/// <param name="MaxTimeout">Maximum timeout of smartctl for one drive.</param>
internal sealed record OneShotDrives(TimeSpan MaxTimeout);

internal static class DrivesCollector
{
    public const string Name = "drives";

    // How often the list of due drives is checked.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    // Time for a process that does not die at once, and for files.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    public static CollectorKind Kind { get; } = new(
        Name, DrivesSettings.All, ImmutableArray<MetricFamily>.CastUp(DrivesMetrics.Families), Create)
    {
        AddServices = services => services.AddNodeDisks().TryAddSingleton(ProcessTimeouts.Default),
    };

    /// <summary>Creates the collector of smart-agent, which reads the drives itself and writes the results into
    /// <c>drives.folder</c>.</summary>
    /// <param name="provider">Services, as for <see cref="Kind"/>.</param>
    /// <param name="folder">Folder for one file per drive.</param>
    public static ProbeCollector<DrivesReading> CreateAgent(IServiceProvider provider, string folder)
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        var cadence = CadenceOf(provider);
        return Of(provider, new AgentFolder(
            SmartctlProbe(provider), new HostFiles("/", clock), folder,
            AgentCadence.Of(SettingsOf(provider).Get(DrivesSettings.Every), cadence.Every, cadence.Within),
            Log(provider), clock));
    }

    public static DriveSuggestion CreateSuggestion(IServiceProvider provider)
    {
        var smartctl = SmartctlOf(provider);
        return new(smartctl.ScanAsync, smartctl);
    }

    private static ProbeCollector<DrivesReading> Create(IServiceProvider provider) => Of(
        provider,
        SettingsOf(provider).Get(DrivesSettings.Source) is DriveSource.Folder
            ? FolderProbe(provider)
            : SmartctlProbe(provider));

    private static ProbeCollector<DrivesReading> Of(IServiceProvider provider, IProbe<DrivesReading> probe) => new(
        Name, CadenceOf(provider), probe, DrivesMetrics.Families,
        subjects: reading => reading.Drives.Count(), judge: DrivesFindings.Judge,
        provider.GetRequiredService<TimeProvider>());

    private static Cadence CadenceOf(IServiceProvider provider)
    {
        var settings = SettingsOf(provider);
        var every = settings.Get(DrivesSettings.Every);
        var within = TimeoutOf(provider) + DrivesProbe.Budget + Slack;
        var minimum = provider.GetRequiredService<PollTimeouts>().MinPoll;
        return new(every < Tick ? every : Tick, within > minimum ? within : minimum);
    }

    private static DrivesFolderProbe FolderProbe(IServiceProvider provider)
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        return new(
            Scan(provider), provider.GetRequiredService<NodeDisks>().RolesAsync, new HostFiles("/", clock),
            SettingsOf(provider).Get(DrivesSettings.Folder)!, Log(provider), clock);
    }

    private static DrivesProbe SmartctlProbe(IServiceProvider provider)
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        var settings = SettingsOf(provider);
        var disks = provider.GetRequiredService<NodeDisks>();
        var proc = provider.GetRequiredService<NodeRoots>().Proc;
        var schedule = new DriveSchedule(settings.Get(DrivesSettings.Every), Environment.MachineName)
        {
            SpreadsFirstReads = provider.GetService<OneShotDrives>() is null,
        };
        return new(
            Scan(provider), disks.RolesAsync, async token => (await disks.IoAsync(token)).Loads,
            () => IoPressure.Read(proc), new DriveReader(SmartctlOf(provider), schedule, clock), schedule,
            Log(provider), clock);
    }

    private static Smartctl SmartctlOf(IServiceProvider provider)
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        var settings = SettingsOf(provider);
        var path = settings.Get(DrivesSettings.SmartctlPath);
        var search = Environment.GetEnvironmentVariable("PATH") ?? "";
        return new(
            () => SmartctlProgram.Find(path, search), TimeoutOf(provider),
            new ProcessRunner(clock, provider.GetRequiredService<ProcessTimeouts>()), clock);
    }

    private static TimeSpan TimeoutOf(IServiceProvider provider)
    {
        var timeout = SettingsOf(provider).Get(DrivesSettings.Timeout);
        return provider.GetService<OneShotDrives>() is { MaxTimeout: var max } && max < timeout ? max : timeout;
    }

    private static DriveScan Scan(IServiceProvider provider)
    {
        var addresses = SettingsOf(provider).Get(DrivesSettings.Devices);
        var disks = provider.GetRequiredService<NodeDisks>();
        return new(async token => DriveList.Of((await disks.ListAsync(token)).Items, addresses));
    }

    private static SettingValues SettingsOf(IServiceProvider provider) => provider.GetRequiredService<SettingValues>();

    private static DrivesLog Log(IServiceProvider provider) =>
        new(provider.GetRequiredService<ILoggerFactory>().CreateLogger(Name));
}
