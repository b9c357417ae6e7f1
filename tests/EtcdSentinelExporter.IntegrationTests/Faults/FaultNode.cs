using EtcdSentinelExporter.IntegrationTests.Drives;

namespace EtcdSentinelExporter.IntegrationTests.Faults;

/// <summary>Three members, and an exporter beside the first, with all collectors.</summary>
internal sealed class FaultNode : IAsyncDisposable
{
    private static readonly string[] Fast =
    [
        "--storage.every=2s", "--storage.timeout=2s", "--certificates.every=2s", "--certificates.timeout=2s",
        "--drives.every=2s",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fault-");
    private readonly StandIn _smartctl = new("cat \"$RECORDING\"");
    private Sentinel? _sentinel;

    private FaultNode(EtcdCluster cluster) => Cluster = cluster;

    public EtcdCluster Cluster { get; }

    public MemberProcess Member => Cluster.Members[0];

    public Sentinel Sentinel => _sentinel ?? throw new InvalidOperationException("the exporter is not started yet");

    public string Folder => _folder.FullName;

    /// <summary>Further settings of the exporter.</summary>
    public List<string> Settings { get; } = [];

    /// <summary>A command that starts the exporter: <c>env A=b</c>.</summary>
    public List<string> Prefix { get; } = [];

    public FakedClock? Clock { get; set; }

    /// <summary>What ends with the node.</summary>
    public List<IAsyncDisposable> Owned { get; } = [];

    /// <summary>Starts all, and waits until the page is that of a healthy node.</summary>
    public static async Task<FaultNode> StartAsync(Fault fault)
    {
        FaultNode node = new(await EtcdCluster.StartAsync());
        try
        {
            await fault.ArrangeAsync(node);
            node._sentinel = await Sentinel.StartBehindAsync(
                node.Folder, [.. node.Prefix], fault.Hangs,
                [$"--path.rootfs={node.Member.Node.Root}", .. Fast, $"--drives.smartctl-path={node._smartctl.Path}",
                    .. node.Settings]);
            await node.Sentinel.WaitAsync(IsHealthy, "the node is healthy");
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>True if every collector polls and the member answers.</summary>
    public static bool IsHealthy(Scrape page) =>
        Fault.Collectors.All(name => page.Value("etcd_sentinel_poll_success", name) is 1)
        && page.Value("etcd_sentinel_member_up") is 1
        && !page.Has("etcd_sentinel_member_failure")
        && page.Value("etcd_sentinel_client_credentials_load_success") is 1;

    public async ValueTask DisposeAsync()
    {
        if (_sentinel is not null)
            await _sentinel.DisposeAsync();
        foreach (var one in Owned)
            await one.DisposeAsync();
        await Cluster.DisposeAsync();
        _smartctl.Dispose();
        _folder.Delete(recursive: true);
    }
}
