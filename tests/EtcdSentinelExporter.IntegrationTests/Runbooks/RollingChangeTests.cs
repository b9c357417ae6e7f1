using System.Text.RegularExpressions;
using EtcdSentinelExporter.IntegrationTests.Support;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Runbooks;

/// <summary>The two ways to give a member another disk, as their pages tell them, with three real members.</summary>
public sealed partial class RollingChangeTests
{
    private const int Keys = 50;

    public static TheoryData<string> Binaries => [.. EtcdBinary.Available.Select(binary => binary.Etcd)];

    [Fact]
    public async Task A_member_keeps_its_id_and_its_data_on_a_disk_mounted_at_the_old_path()
    {
        Skip.If(Machine.FileSystem("ext4"));
        await using var cluster = await StartAsync(EtcdBinary.Default);
        var (member, _) = await FollowerAsync(cluster);
        var before = await EndpointStatus.OfAsync(cluster, member);
        await using var disk = new RunbookDisk(member.Node);
        await using var node = new LabNode(member);
        using var shell = node.OpenShell();

        var printed = "";
        foreach (var block in RunbookBlock.Of("move-etcd-to-another-disk"))
            printed += await shell.RunAsync(disk.Localize(node.Localize(block.Commands)));

        Assert.Contains("\nthe copy is the same\n", printed, StringComparison.Ordinal);
        Assert.Equal("ext4", await disk.FileSystemAsync());
        Assert.Equal(before.MemberId, (await EndpointStatus.OfAsync(cluster, member)).MemberId);
        Assert.True(Directory.Exists(Path.Combine(member.Node.DataDir + ".old", "member")));
        await AssertWholeAsync(cluster, member);
        member.Kill();
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public async Task A_member_that_comes_back_as_a_learner_has_a_new_id_all_data_and_a_vote(string etcd)
    {
        var binary = EtcdBinary.Available.Single(each => each.Etcd == etcd);
        await using var cluster = await StartAsync(binary);
        var (member, healthy) = await FollowerAsync(cluster);
        var before = await EndpointStatus.OfAsync(cluster, member);
        await using var node = new LabNode(member, binary);
        await using var other = new LabNode(healthy, binary);
        using var onNode = node.OpenShell();
        using var onOther = other.OpenShell();

        var printed = "";
        foreach (var block in RunbookBlock.Of("replace-a-member"))
        {
            var commands = Named(block.Commands, member, printed);
            printed += block.Kind == "sh lab change"
                ? await onNode.RunAsync(node.Localize(commands))
                : await onOther.RunAsync(other.Localize(commands));
        }

        var after = await EndpointStatus.OfAsync(cluster, member);
        Assert.NotEqual(before.MemberId, after.MemberId);
        Assert.Equal(before.ClusterIdHex, after.ClusterIdHex);
        Assert.Contains(
            "--initial-cluster-state=existing", await File.ReadAllTextAsync(member.Node.Manifest),
            StringComparison.Ordinal);
        await AssertWholeAsync(cluster, member);
    }

    private static async Task<EtcdCluster> StartAsync(EtcdBinary binary)
    {
        var cluster = await EtcdCluster.StartAsync(new() { Binary = binary });
        for (var key = 0; key < Keys; key++)
            await cluster.EtcdctlAsync("put", $"/registry/pods/default/{key}", "x");
        return cluster;
    }

    // What the page calls by an example's name, and what one copies from one node to another.
    private static string Named(string commands, MemberProcess member, string printed) => ExampleCluster()
        .Replace(commands, $"cluster='{PrintedCluster().Match(printed).Groups[1].Value}'")
        .Replace("name=cp-3 peer=https://10.0.0.13:2380", $"name={member.Name} peer={member.PeerUrl.Authority()}",
            StringComparison.Ordinal);

    private static async Task AssertWholeAsync(EtcdCluster cluster, MemberProcess member)
    {
        await cluster.EtcdctlAsync("endpoint", "health");
        var list = await cluster.EtcdctlAsync("member", "list");
        Assert.Equal(3, list.Trim().Split('\n').Count(line => line.Contains(", started, ", StringComparison.Ordinal)
            && line.EndsWith(", false", StringComparison.Ordinal)));
        var keys = await cluster.EtcdctlAsync(
            member, "get", "/registry/", "--prefix", "--keys-only", "--consistency=s");
        Assert.Equal(Keys, keys.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static async Task<(MemberProcess Follower, MemberProcess Other)> FollowerAsync(EtcdCluster cluster)
    {
        var first = cluster.Members[0];
        return (await EndpointStatus.OfAsync(cluster, first)).IsLeader
            ? (cluster.Members[1], first)
            : (first, cluster.Members[1]);
    }

    [GeneratedRegex("^cluster='.*'$", RegexOptions.Multiline)]
    private static partial Regex ExampleCluster();

    [GeneratedRegex("^ETCD_INITIAL_CLUSTER=\"(.*)\"$", RegexOptions.Multiline)]
    private static partial Regex PrintedCluster();
}
