using System.Collections.Immutable;
using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Smart;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter.Disks.Drives;

internal static class DrivesCollector
{
    public const string Name = "drives";

    // One list of what is due, looked at this often.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    // For a process that does not die at once, and for files.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    public static CollectorKind Kind { get; } = new(
        Name, DrivesSettings.All, ImmutableArray<MetricFamily>.CastUp(DrivesMetrics.Families), Create);

    /// <summary>The collector that asks the drives itself and leaves what they say in <c>drives.folder</c>.</summary>
    public static Collector<DrivesReading> CreateAgent(
        SettingValues settings, Facts facts, string folder, TimeProvider clock)
    {
        var cadence = CadenceOf(settings, facts);
        return Of(settings, facts, new AgentFolder(
            Asking(settings, facts, clock), new HostFiles("/", clock), folder,
            AgentCadence.Of(settings.Get(DrivesSettings.Every), cadence.Every, cadence.Within),
            Log(facts), clock), clock);
    }

    private static Collector<DrivesReading> Create(SettingValues settings, Facts facts, TimeProvider clock) =>
        Of(settings, facts, settings.Get(DrivesSettings.Source) is DriveSource.Folder
            ? Reading(settings, facts, clock)
            : Asking(settings, facts, clock), clock);

    private static Collector<DrivesReading> Of(
        SettingValues settings, Facts facts, IProbe<DrivesReading> probe, TimeProvider clock) =>
        new(Name, CadenceOf(settings, facts), probe, DrivesMetrics.Families,
            subjects: reading => reading.Drives.Count(), judge: DrivesFindings.Judge, clock);

    private static Cadence CadenceOf(SettingValues settings, Facts facts)
    {
        var every = settings.Get(DrivesSettings.Every);
        var within = settings.Get(DrivesSettings.Timeout) + DrivesProbe.Budget + Slack;
        var least = facts.Timeouts.MinPoll;
        return new(every < Tick ? every : Tick, within > least ? within : least);
    }

    private static DrivesFolderProbe Reading(SettingValues settings, Facts facts, TimeProvider clock) => new(
        Listed(settings, facts), facts.Roles.GetAsync, new HostFiles("/", clock), settings.Get(DrivesSettings.Folder)!,
        Log(facts), clock);

    private static DrivesProbe Asking(SettingValues settings, Facts facts, TimeProvider clock)
    {
        var path = settings.Get(DrivesSettings.SmartctlPath);
        var search = Environment.GetEnvironmentVariable("PATH") ?? "";
        var smartctl = new Smartctl(
            () => SmartctlProgram.Find(path, search), settings.Get(DrivesSettings.Timeout),
            new ProcessRunner(clock, facts.Timeouts.Process), clock);
        var schedule = new DriveSchedule(settings.Get(DrivesSettings.Every), Environment.MachineName);
        return new(
            Listed(settings, facts), facts.Roles.GetAsync, async token => (await facts.Io.GetAsync(token)).Loads,
            () => IoPressure.Read(facts.Processes), new DriveReader(smartctl, schedule, clock), schedule,
            Log(facts), clock);
    }

    private static DriveScan Listed(SettingValues settings, Facts facts)
    {
        var addresses = settings.Get(DrivesSettings.Devices);
        return new(async token => DriveList.Of((await facts.Disks.GetAsync(token)).Items, addresses));
    }

    private static DrivesLog Log(Facts facts) => new(facts.Logs.CreateLogger(Name));
}
