using EtcdSentinelExporter.IntegrationTests.Maintenance;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Runbooks;

/// <summary>The page about defragmentations begins with the verb, which is run as printed.</summary>
public sealed class DefragmentPageTests
{
    [Fact]
    public async Task The_verb_of_the_page_shrinks_every_file_and_the_manual_way_follows_it()
    {
        await using var cluster = await Defragmenting.StartFragmentedAsync(EtcdBinary.Default, 3);
        await using var node = new LabNode(cluster.Members[1]);
        using var shell = node.OpenShell();
        var blocks = RunbookBlock.Of("defragment").TakeWhile(
            block => block.Commands.StartsWith("etcd-sentinel-exporter ", StringComparison.Ordinal)).ToArray();

        Assert.Equal([RunbookBlock.Reading, "sh lab change"], blocks.Select(block => block.Kind));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => node.OpenShell().RunAsync(node.Localize(blocks[0].Commands)));
        var printed = await shell.RunAsync(node.Localize(blocks[1].Commands));

        Assert.Contains("refused: room: ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("done\n", printed, StringComparison.Ordinal);
        Assert.All(await EndpointStatus.AllAsync(cluster),
            status => Assert.InRange(status.Number("dbSize"), 1, 5 << 20));
    }
}
