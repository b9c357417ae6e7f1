using System.Collections.Immutable;
using System.Globalization;

namespace EtcdSentinelExporter.Lab.Measurements.Scaling;

/// <summary>The dimensions of <see cref="ScaleBench"/>. Keys are measured by <see cref="KeyspaceBench"/>.</summary>
/// <param name="folder">Where the made-up nodes are.</param>
internal sealed class ScaleSteps(string folder)
{
    private const int CertificatesInFile = 2;
    private const int SearchSeconds = 60;

    private static readonly string[] s_collectors =
        ["members", "keyspace", "certificates", "drives", "storage", "backups"];

    private int _nodes;

    public static ImmutableArray<string> Names { get; } = [.. new ScaleSteps("").All.Select(one => one.Name)];

    public ImmutableArray<ScaleDimension> All =>
    [
        new("members", "members", [1, 3, 5, 7, 9], MembersAsync),
        new("certificates", "certificates", [10, 100, 500, 1000, 2000], CertificatesAsync),
        new("drives", "drives", [0, 4, 16, 32, 64], Drives),
        new("mounts", "storage", [30, 300, 1000, 3000, 10_000], Mounts),
        new("processes", "members", [100, 500, 1000, 2500, 5000], ProcessesAsync),
        new("scrapers", "", [1, 3, 10, 30, 100], ScrapersAsync),
    ];

    /// <summary>Settings that turn the other collectors off.</summary>
    public static IEnumerable<string> Only(string collector) => s_collectors
        .Where(other => collector.Length > 0 && other != collector).Select(other => $"--{other}.enabled=false");

    private static async Task<ScaleStep> MembersAsync(int count)
    {
        var cluster = await EtcdCluster.StartAsync(new() { Members = count });
        return new(
            [
                $"--path.rootfs={cluster.Members[0].Node.Root}", "--members.every=1s", "--members.timeout=1s",
                .. cluster.Members.Select(member => $"--etcd.endpoints={member.ClientUrl.Authority()}"),
            ],
            page => page.Samples.Count(one => one is { Value: 1 } && Is(one.Series, "member_up")) == count)
        {
            Owned = cluster,
        };
    }

    private async Task<ScaleStep> CertificatesAsync(int count)
    {
        var node = Node();
        var place = Directory.CreateDirectory(Path.Combine(node.Root, "scale")).FullName;
        var text = await File.ReadAllTextAsync(node.EtcdPki("server.crt"))
            + await File.ReadAllTextAsync(node.EtcdPki("ca.crt"));
        for (var file = 0; file < count / CertificatesInFile; file++)
        {
            await File.WriteAllTextAsync(
                Path.Combine(place, string.Create(CultureInfo.InvariantCulture, $"{file}.crt")), text);
        }
        return new(
            [
                $"--path.rootfs={node.Root}", "--certificates.files=/scale/*.crt", "--certificates.every=5s",
                "--certificates.timeout=5s",
            ],
            page => page.Samples.Count(one => Is(one.Series, "certificate_not_after_timestamp_seconds")
                && one.Series.Contains("/scale/", StringComparison.Ordinal)) >= count / CertificatesInFile);
    }

    private Task<ScaleStep> Drives(int count)
    {
        var larger = new LargerPage(Node(), count, certificates: 0);
        return Task.FromResult<ScaleStep>(new(
            [.. larger.Settings, "--drives.every=10s"],
            page => larger.IsWhole(page.Text) && HasPolled(page, "drives")));
    }

    private Task<ScaleStep> Mounts(int count)
    {
        var node = Node();
        return Task.FromResult<ScaleStep>(new(
            [
                $"--path.rootfs={node.Root}", "--storage.data-dir=/var/lib/etcd", "--storage.every=1s",
                "--storage.timeout=1s", $"--path.procfs={MadeUpMounts.Write(Path.Combine(node.Root, "proc"), count)}",
            ],
            page => HasPolled(page, "storage")));
    }

    // etcd is searched for once a minute; polls are as rare as usual, so that they do not hide it.
    private static async Task<ScaleStep> ProcessesAsync(int count)
    {
        var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var processes = await IdleProcesses.StartAsync(count);
        return new(
            [$"--path.rootfs={cluster.Members[0].Node.Root}", "--etcd.processes=true"],
            page => HasPolled(page, "members"))
        {
            Owned = new Both(processes, cluster),
            MinSeconds = SearchSeconds,
        };
    }

    private static async Task<ScaleStep> ScrapersAsync(int count)
    {
        var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var larger = new LargerPage(cluster.Members[0].Node, drives: 4, certificates: 41);
        return new(larger.Settings, page => larger.IsWhole(page.Text))
        {
            Owned = cluster,
            Load = new(count),
        };
    }

    private NodeFolder Node()
    {
        var node = new NodeFolder(
            Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"scale-{_nodes++}")));
        node.Create();
        using var pki = new TestPki();
        pki.WriteNode(node, "cp-1");
        return node;
    }

    private static bool HasPolled(Scrape page, string collector) =>
        page.Value("etcd_sentinel_poll_success", collector) is 1;

    private static bool Is(string series, string name) =>
        series.StartsWith($"etcd_sentinel_{name}{{", StringComparison.Ordinal);

    private sealed class Both(IAsyncDisposable first, IAsyncDisposable second) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await first.DisposeAsync();
            await second.DisposeAsync();
        }
    }
}
