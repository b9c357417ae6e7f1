using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Runbooks;

/// <summary>What is left to do when the disks of two of three members are gone.</summary>
public sealed class NoQuorumTests
{
    public static TheoryData<string> Binaries => [.. EtcdBinary.Available.Select(binary => binary.Etcd)];

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task The_page_makes_a_cluster_of_the_one_member_that_is_left_with_all_its_data(string etcd)
    {
        var binary = EtcdBinary.Available.Single(each => each.Etcd == etcd);
        await using var cluster = await EtcdCluster.StartAsync(new() { Binary = binary });
        await cluster.EtcdctlAsync("put", "/registry/pods/default/web", "x");
        var left = cluster.Members[0];
        await using var node = new LabNode(left, binary);
        using var shell = node.OpenShell();
        foreach (var lost in cluster.Members.Skip(1))
            lost.Kill();

        var printed = "";
        foreach (var block in RunbookBlock.Of("EtcdNoQuorum"))
            printed += await shell.RunAsync(node.Localize(block.Commands));

        Assert.Contains("no quorum\n", printed, StringComparison.Ordinal);
        Assert.Single((await cluster.EtcdctlAsync(left, "member", "list")).Trim().Split('\n'));
        Assert.Equal(
            "x", (await cluster.EtcdctlAsync(left, "get", "/registry/pods/default/web", "--print-value-only")).Trim());
        await cluster.EtcdctlAsync(left, "put", "after", "it");
        Assert.DoesNotContain(
            "--force-new-cluster", await File.ReadAllTextAsync(left.Node.Manifest), StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(left.Node.Root, "root/etcd.copy/member")));
    }
}
