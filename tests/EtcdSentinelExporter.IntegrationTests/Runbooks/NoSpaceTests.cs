using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Runbooks;

/// <summary>The recovery, from its first command to its last, on members that are really full.</summary>
public sealed class NoSpaceTests
{
    private const double Quota = 16 * 1024 * 1024;

    public static TheoryData<string> Binaries => [.. EtcdBinary.Available.Select(binary => binary.Etcd)];

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task The_page_brings_a_full_cluster_back(string etcd)
    {
        var binary = EtcdBinary.Available.Single(each => each.Etcd == etcd);
        await using var cluster = await StartFullAsync(binary);
        await using var node = new LabNode(cluster.Members[0], binary);
        using var shell = node.OpenShell();

        var leader = "";
        foreach (var block in RunbookBlock.Of("EtcdNoSpaceAlarm"))
        {
            if (block.Commands.Contains(" defrag ", StringComparison.Ordinal))
                leader = await LeaderAsync(cluster);
            await shell.RunAsync(node.Localize(block.Commands));
        }

        Assert.Equal("", await cluster.EtcdctlAsync("alarm", "list"));
        await cluster.EtcdctlAsync("put", "after", "it");
        foreach (var member in cluster.Members)
            Assert.InRange((await EndpointStatus.OfAsync(cluster, member)).Number("dbSize"), 1, Quota / 4);
        AssertOneByOne(node.Calls, leader);
        Assert.True(File.Exists(Path.Combine(cluster.Members[0].Node.Root, "root/before-recovery.db")));
        var web = await cluster.EtcdctlAsync("get", "/registry/pods/default/web", "--print-value-only");
        Assert.Equal("x", web.Trim());
    }

    [Fact]
    public async Task The_page_about_writers_counts_what_is_there()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        await cluster.EtcdctlAsync("put", "/registry/pods/default/web", "x");
        await cluster.EtcdctlAsync("put", "/registry/apps.example.com/widgets/default/one", "x");
        await using var node = new LabNode(cluster.Members[0]);
        using var shell = node.OpenShell();

        var printed = await shell.RunAsync(node.Localize(RunbookBlock.Of("who-writes")[0].Commands));

        Assert.Equal(
            ["1 apps.example.com/widgets", "1 pods"], printed.Trim().Split('\n').Order(StringComparer.Ordinal));
    }

    private static void AssertOneByOne(string[] calls, string leader)
    {
        var defragmentations = calls.Index().Where(call => call.Item.EndsWith(" defrag", StringComparison.Ordinal))
            .ToArray();
        Assert.Equal(3, defragmentations.Select(call => call.Item).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(3, defragmentations.Length);
        Assert.Contains($"--endpoints={leader} ", defragmentations[^1].Item, StringComparison.Ordinal);
        foreach (var (before, after) in defragmentations.Zip(defragmentations.Skip(1)))
            Assert.Contains("sleep 45", calls[before.Index..after.Index]);
    }

    private static async Task<EtcdCluster> StartFullAsync(EtcdBinary binary)
    {
        var cluster = await EtcdCluster.StartAsync(new()
        {
            Binary = binary,
            ExtraFlags = [$"--quota-backend-bytes={Quota}"],
        });
        await cluster.EtcdctlAsync("put", "/registry/pods/default/web", "x");
        await cluster.FillAsync(1 << 19);
        return cluster;
    }

    private static async Task<string> LeaderAsync(EtcdCluster cluster)
    {
        foreach (var member in cluster.Members)
        {
            if ((await EndpointStatus.OfAsync(cluster, member)).IsLeader)
                return member.ClientUrl.Authority();
        }
        throw new InvalidOperationException("no leader");
    }
}
