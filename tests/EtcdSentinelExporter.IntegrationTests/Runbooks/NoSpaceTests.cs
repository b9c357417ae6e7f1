using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Runbooks;

/// <summary>The recovery, from its first command to its last, on members that are really full.</summary>
public sealed class NoSpaceTests : IAsyncLifetime
{
    private const double Quota = 16 * 1024 * 1024;
    private EtcdCluster? _cluster;

    private EtcdCluster Cluster => _cluster ?? throw new InvalidOperationException("not started");

    public async Task InitializeAsync()
    {
        _cluster = await EtcdCluster.StartAsync(new() { ExtraFlags = [$"--quota-backend-bytes={Quota}"] });
        await Cluster.EtcdctlAsync("put", "/registry/pods/default/web", "x");
        await Cluster.EtcdctlAsync("put", "/registry/apps.example.com/widgets/default/one", "x");
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();

    [Fact]
    public async Task The_page_brings_a_full_cluster_back()
    {
        await FillAsync();
        await using var node = new LabNode(Cluster.Members[0]);
        using var shell = node.OpenShell();

        var leader = "";
        foreach (var block in RunbookBlock.Of("EtcdNoSpaceAlarm"))
        {
            if (block.Commands.Contains(" defrag ", StringComparison.Ordinal))
                leader = await LeaderAsync();
            await shell.RunAsync(node.Localize(block.Commands));
        }

        Assert.Equal("", await Cluster.EtcdctlAsync("alarm", "list"));
        await Cluster.EtcdctlAsync("put", "after", "it");
        foreach (var member in Cluster.Members)
        {
            var status = await EndpointStatus.OfAsync(Cluster, member);
            Assert.InRange(status.Number("dbSize"), 1, Quota / 4);
        }
        AssertOneByOne(node.Calls, leader);
        Assert.True(File.Exists(Path.Combine(Cluster.Members[0].Node.Root, "root/before-recovery.db")));
        Assert.Equal("x", (await Cluster.EtcdctlAsync("get", "/registry/pods/default/web", "--print-value-only")).Trim());
    }

    [Fact]
    public async Task The_page_about_writers_counts_what_is_there()
    {
        await using var node = new LabNode(Cluster.Members[0]);
        using var shell = node.OpenShell();

        var printed = await shell.RunAsync(node.Localize(RunbookBlock.Of("who-writes")[0].Commands));

        Assert.Equal(["1 apps.example.com/widgets", "1 pods"], printed.Trim().Split('\n').Order(StringComparer.Ordinal));
    }

    private static void AssertOneByOne(string[] calls, string leader)
    {
        var defragmentations = calls.Index().Where(call => call.Item.EndsWith(" defrag", StringComparison.Ordinal)).ToArray();
        Assert.Equal(3, defragmentations.Select(call => call.Item).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(3, defragmentations.Length);
        Assert.Contains($"--endpoints={leader} ", defragmentations[^1].Item, StringComparison.Ordinal);
        foreach (var (before, after) in defragmentations.Zip(defragmentations.Skip(1)))
            Assert.Contains("sleep 45", calls[before.Index..after.Index]);
    }

    private async Task FillAsync()
    {
        var value = new string('x', 100_000);
        await Wait.UntilAsync(async () =>
        {
            try
            {
                await Cluster.EtcdctlAsync("put", "big", value);
                return false;
            }
            catch (InvalidOperationException e) when (e.Message.Contains("space exceeded", StringComparison.Ordinal))
            {
                return true;
            }
        }, "the database is full", TimeSpan.FromMinutes(2));
    }

    private async Task<string> LeaderAsync()
    {
        foreach (var member in Cluster.Members)
        {
            if ((await EndpointStatus.OfAsync(Cluster, member)).IsLeader)
                return member.ClientUrl.Authority();
        }
        throw new InvalidOperationException("no leader");
    }
}
