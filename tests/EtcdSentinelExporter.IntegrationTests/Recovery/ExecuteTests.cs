using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Recovery;

/// <summary><c>recover nospace --execute</c> on members that are really full.</summary>
public sealed class ExecuteTests
{
    public static TheoryData<string, int> Clusters
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach (var binary in EtcdBinary.Available)
            {
                foreach (var members in (int[])[1, 3])
                    all.Add(binary.Etcd, members);
            }
            all.Add(EtcdBinary.Available[^1].Etcd, 5);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Clusters))]
    public async Task It_lets_etcd_take_writes_again(string etcd, int members)
    {
        Skip.If(RecoverNode.WhyNot);
        await using var cluster = await FullCluster.StartAsync(etcd, members);
        using var node = new RecoverNode(await FullCluster.ActorAsync(cluster));
        var before = await FullCluster.HashesAsync(cluster);
        var leader = (await EndpointStatus.AllAsync(cluster)).Single(status => status.IsLeader).MemberIdHex;

        var (code, text, error) = await node.ExecuteAsync($"--snapshot={node.Snapshot}");

        Assert.True(code == 0, text + error);
        await FullCluster.AssertRecoveredAsync(cluster, before);
        Assert.EndsWith("Done: etcd takes writes again.\n", text, StringComparison.Ordinal);
        Assert.Equal(members, text.Split("Defragmented ").Length - 1);
        // The one that led is the last, and did not lead any more.
        var journal = await File.ReadAllLinesAsync(node.Journal);
        var last = journal.Last(line => line.Contains("\"event\":\"end\",\"step\":\"defragment\"", StringComparison.Ordinal));
        Assert.Contains($"\"member\":\"{leader}\"", last, StringComparison.Ordinal);
        Assert.Equal(members > 1, text.Contains("Moving the leadership", StringComparison.Ordinal));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(node.Snapshot));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(node.Journal));
    }
}
