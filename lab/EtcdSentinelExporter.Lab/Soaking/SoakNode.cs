using System.Net;
using EtcdSentinelExporter.Lab.Certificates;
using EtcdSentinelExporter.Lab.Measurements;

namespace EtcdSentinelExporter.Lab.Soaking;

/// <summary>Three members with TLS, and beside the first the exporter with all collectors at 100 times their usual
/// cadence, or once a second, which is the most that settings accept.</summary>
internal sealed class SoakNode : IAsyncDisposable
{
    private const int Keys = 2000;
    private const int Drives = 4;
    private const int Certificates = 41;
    private const int WritesPerSecond = 5;

    private static readonly string[] s_cadence =
    [
        "--members.every=1s", "--members.timeout=1s", "--storage.every=1s", "--storage.timeout=1s",
        "--certificates.every=1s", "--certificates.timeout=1s", "--drives.every=3s", "--drives.timeout=2s",
        "--keyspace.every=6s", "--keyspace.timeout=6s", "--backups.every=3s", "--backups.timeout=3s",
        "--backups.folders=/backups",
    ];

    private readonly LabClient _client;
    private readonly PinnedWriter _writer;

    private SoakNode(EtcdCluster cluster)
    {
        Cluster = cluster;
        Plane = new(new CertificateAuthority("kubernetes"), Node);
        Larger = new(Node, Drives, Certificates);
        Smartctl = new(Path.Combine(Node.Root, "drives"), Drives);
        _client = new(cluster.Members[1]);
        _writer = new("soak", _client.Etcd, WritesPerSecond);
    }

    public EtcdCluster Cluster { get; }

    public ControlPlane Plane { get; }

    public SoakDrives Smartctl { get; }

    public Sentinel Exporter { get => field ?? throw new InvalidOperationException("not started"); private set; }

    private NodeFolder Node => Cluster.Members[0].Node;

    private LargerPage Larger { get; }

    /// <summary>Starts all, and waits until the page is whole.</summary>
    public static async Task<SoakNode> StartAsync(string program)
    {
        var node = new SoakNode(await EtcdCluster.StartAsync());
        using (var client = new LabClient(node.Cluster.Members[0]))
            await KubernetesKeys.FillAsync(client.Etcd, Keys);
        node.Exporter = await Sentinel.StartAsync(
            Path.Combine(TestRun.Folder, "exporter.log"), [program], IPAddress.Loopback,
            [
                .. node.Larger.Settings, .. s_cadence,
                $"--certificates.served=kube-apiserver={node.Plane.ApiServer.Address}",
            ]);
        await node.Exporter.WaitAsync(page => node.Larger.IsWhole(page.Text), "the page is whole");
        return node;
    }

    /// <summary>nginx with the page as it is now.</summary>
    public async Task<BenchSubject> StartControlAsync()
    {
        await Nginx.WritePageAsync(TestRun.Folder, (await Exporter.ScrapeAsync()).Text);
        return await BenchSubject.StartAsync(
            Path.Combine(TestRun.Folder, "nginx.log"), "etcd_sentinel_",
            address => Nginx.Command(TestRun.Folder, address));
    }

    public SoakSample Sample(double hours)
    {
        var process = new ProcessFigures(Exporter.Process.Id);
        return new(
            hours, process.Kibibytes("VmRSS") / 1024, process.Kibibytes("Pss", "smaps_rollup") / 1024,
            process.Kibibytes("RssAnon") / 1024, process.Threads, process.Descriptors, process.Timers,
            process.Children.Length, StandIns, process.Cgroups, LoadAverage.Now);
    }

    /// <summary>Stand-ins for smartctl that run, and what they started. The exporter's own command line names them
    /// too, but not as a word.</summary>
    public int StandIns => ProcessFigures.Count($"\0{Smartctl.Program}\0", $"\0{SoakDrives.Mark}\0");

    /// <summary>Waits until each collector has polled with success from now on, and the page is whole.</summary>
    /// <returns>False if that does not come.</returns>
    public async Task<bool> IsWholeAgainAsync()
    {
        const string Success = "etcd_sentinel_poll_last_success_timestamp_seconds";
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        try
        {
            await Exporter.WaitAsync(
                page => page.Samples.Where(sample => sample.Series.StartsWith(Success, StringComparison.Ordinal))
                    .All(sample => sample.Value > now) && Larger.IsWhole(page.Text),
                "all polls succeed");
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <returns>The exit code; <see langword="null"/> if it goes on.</returns>
    public async Task<int?> StopAsync()
    {
        try
        {
            return await Exporter.StopAsync();
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Exporter.DisposeAsync();
        await _writer.DisposeAsync();
        _client.Dispose();
        Plane.Dispose();
        await Cluster.DisposeAsync();
    }
}
