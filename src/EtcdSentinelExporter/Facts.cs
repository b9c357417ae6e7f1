using EtcdSentinelExporter.Collecting;
using EtcdSentinelExporter.Configuration;
using EtcdSentinelExporter.Etcd;
using EtcdSentinelExporter.Node;

namespace EtcdSentinelExporter;

/// <summary>What several collectors must know, found out once and handed to each at its creation.</summary>
internal sealed class Facts : IDisposable
{
    private const int LargestFile = 1 << 20;

    // Shorter than any poll's period, so that each poll sees what the files say now; long enough for collectors that poll together.
    private static readonly TimeSpan FreshFor = TimeSpan.FromMilliseconds(500);

    // Small files, mostly out of the page cache: who waits longer waits for a disk that is dying, and etcd is still to be asked.
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadWithin = TimeSpan.FromMilliseconds(250);

    private readonly EtcdLinks _scraped;

    /// <param name="logs">Each collector logs under its own name.</param>
    public Facts(Settings settings, ILoggerFactory logs, TimeProvider clock)
    {
        Files = new HostFiles(settings.Get(GeneralSettings.RootPath), clock);
        Processes = new HostFiles(settings.Get(GeneralSettings.ProcPath), clock);
        var discovery = new EtcdDiscovery(Files, Processes, settings.Get(EtcdSettings.Manifest));
        Etcd = new((_, token) => discovery.ReadAsync(token), FreshFor, Within, clock);
        var disks = new BlockDevices(new HostFiles(settings.Get(GeneralSettings.SysPath), clock));
        Disks = new((_, _) => Task.FromResult(new DiskList(disks.List())), FreshFor, Within, clock);
        Given = EtcdSettings.Overrides(settings);
        Read = new TimedReads(path => Files.Read(path, LargestFile), ReadWithin, clock).Read;
        Links = new(Read, EtcdTimeouts.Default, PageAllowance.OfProbes, clock);
        var scrapes = PageAllowance.OfScrapes(settings.Get(EtcdSettings.MetricsTimeout));
        _scraped = new(Read, EtcdTimeouts.Default, scrapes, clock);
        Native = new(Etcd.GetAsync, Given, _scraped, NativeFamilies.Of(settings.Get(EtcdSettings.MetricsFamilies)));
        Logs = logs;
    }

    /// <summary>How etcd was started on this node, read anew for each poll.</summary>
    public Shared<EtcdDiscovered> Etcd { get; }

    /// <summary>What the settings say about etcd.</summary>
    public EtcdOverrides Given { get; }

    /// <summary>The connections to etcd: one call under way per endpoint, whoever asks.</summary>
    public EtcdLinks Links { get; }

    /// <summary>etcd's own metrics, passed through.</summary>
    public NativePages Native { get; }

    /// <summary>The node's files.</summary>
    public HostFiles Files { get; }

    /// <summary>The node's /proc, as a root of its own.</summary>
    public HostFiles Processes { get; }

    /// <summary>The bytes of a host path, bounded in size and time.</summary>
    public Func<string, byte[]> Read { get; }

    /// <summary>The disks of this node, listed anew for each poll.</summary>
    public Shared<DiskList> Disks { get; }

    /// <summary>Which disks carry what the control plane stands on.</summary>
    public DiskRoles Roles { get; } = DiskRoles.Unknown;

    public ILoggerFactory Logs { get; }

    public void Dispose()
    {
        Links.Dispose();
        _scraped.Dispose();
    }
}
