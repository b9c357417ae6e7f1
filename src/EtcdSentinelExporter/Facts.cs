using EtcdSentinelExporter.Disks.Block;
using EtcdSentinelExporter.Disks.Storage;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Settings;

namespace EtcdSentinelExporter;

/// <summary>What several collectors must know, found out once and handed to each at its creation.</summary>
internal sealed class Facts : IDisposable
{
    private const int MaxFileBytes = 1 << 20;

    // Shorter than any poll's period, so that each poll sees what the files say now; long enough for collectors that
    // poll together.
    private static readonly TimeSpan FreshFor = TimeSpan.FromMilliseconds(500);

    private readonly EtcdLinks _scraped;

    /// <param name="logs">Each collector logs under its own name.</param>
    public Facts(SettingValues settings, ILoggerFactory logs, TimeProvider clock, FixedTimeouts timeouts)
    {
        Timeouts = timeouts;
        Files = new HostFiles(settings.Get(GeneralSettings.RootPath), clock);
        Processes = new HostFiles(settings.Get(GeneralSettings.ProcPath), clock);
        var discovery = new EtcdDiscovery(Files, Processes, settings.Get(EtcdSettings.Manifest));
        Etcd = new((_, token) => discovery.ReadAsync(token), FreshFor, timeouts.Discovery, clock);
        var sys = new HostFiles(settings.Get(GeneralSettings.SysPath), clock);
        var disks = new BlockDevices(sys);
        Disks = new((_, _) => Task.FromResult(new DiskList(disks.List())), FreshFor, timeouts.Discovery, clock);
        var mounts = new NodeMounts(
            new("/proc", clock), HostProcesses(settings), settings.Get(GeneralSettings.RootPath));
        var roles = new DiskRoleFinder(
            Files, sys, mounts, StorageSettings.Given(settings), timeouts.RolePath, clock);
        Roles = new((previous, token) => RolesAsync(roles, previous, token), FreshFor, timeouts.Roles, clock);
        var io = new DiskIoReader(Processes, sys, clock);
        Io = new((previous, token) => IoAsync(io, previous, token), FreshFor, timeouts.Roles, clock);
        Given = EtcdSettings.Overrides(settings);
        Read = new TimedReads(path => Files.Read(path, MaxFileBytes), timeouts.FileRead, clock).Read;
        Links = new(Read, timeouts.Etcd, timeouts.ProbePage, clock);
        var scrapes = PageAllowance.OfScrapes(settings.Get(EtcdSettings.MetricsTimeout));
        _scraped = new(Read, timeouts.Etcd, scrapes, clock);
        Native = new(Etcd.GetAsync, Given, _scraped, PassthroughFamilies.Of(settings.Get(EtcdSettings.MetricsFamilies)));
        Logs = logs;
    }

    public FixedTimeouts Timeouts { get; }

    /// <summary>How etcd was started on this node, read anew for each poll.</summary>
    public Shared<EtcdDiscovered> Etcd { get; }

    /// <summary>What the settings say about etcd.</summary>
    public EtcdOverrides Given { get; }

    /// <summary>The connections to etcd: one call under way per endpoint, whoever asks.</summary>
    public EtcdLinks Links { get; }

    /// <summary>etcd's own metrics, passed through.</summary>
    public PassthroughPages Native { get; }

    /// <summary>The node's files.</summary>
    public HostFiles Files { get; }

    /// <summary>The node's /proc, as a root of its own.</summary>
    public HostFiles Processes { get; }

    /// <summary>The bytes of a host path, bounded in size and time.</summary>
    public Func<string, byte[]> Read { get; }

    /// <summary>The disks of this node, listed anew for each poll.</summary>
    public Shared<DiskList> Disks { get; }

    /// <summary>Which disks carry what the control plane stands on.</summary>
    public Shared<DiskRoles> Roles { get; }

    /// <summary>What the disks that carry a role do, since whoever asked before.</summary>
    public Shared<DiskIoReading> Io { get; }

    public ILoggerFactory Logs { get; }

    public void Dispose()
    {
        Links.Dispose();
        _scraped.Dispose();
    }

    // A /proc that a setting names is the node's; our own is a container's, for all we know.
    private HostFiles? HostProcesses(SettingValues settings) =>
        settings.Get(GeneralSettings.ProcPath) == GeneralSettings.ProcPath.Default ? null : Processes;

    private async Task<DiskRoles> RolesAsync(DiskRoleFinder roles, DiskRoles? previous, CancellationToken token)
    {
        var etcd = await Etcd.GetAsync(token).OrUnknownAsync();
        var disks = await Disks.GetAsync(token).OrUnknownAsync();
        return await roles.ReadAsync(previous, etcd, disks?.Items, token);
    }

    private async Task<DiskIoReading> IoAsync(DiskIoReader reader, DiskIoReading? previous, CancellationToken token)
    {
        var roles = await Roles.GetAsync(token);
        return reader.Read([.. roles.Disks.Select(disk => disk.Device)], previous);
    }
}
