using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class KeyspaceOptionsTests : IDisposable
{
    private readonly TempNode _node = new();

    [Theory]
    [InlineData("from 1s to 5m", "writers", "--for=6m")]
    [InlineData("from 1s to 5m", "writers", "--for=0s")]
    [InlineData("write whose keys: --resource=pods", "keys")]
    [InlineData("write a resource such as pods", "keys", "--resource=/pods")]
    [InlineData("write a resource such as pods", "keys", "--resource=Pods")]
    [InlineData("write --by=namespace", "keys", "--resource=pods", "--by=node")]
    [InlineData("--by and --largest exclude each other", "keys", "--resource=pods", "--by=namespace", "--largest")]
    public async Task A_mistake_is_said(string sentence, params string[] words)
    {
        var (code, error) = await RunAsync(words);

        Assert.Equal(64, code);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("writers")]
    [InlineData("keys", "--resource=pods")]
    public async Task Without_an_etcd_nothing_can_be_read(params string[] words)
    {
        var (code, error) = await RunAsync(words);

        Assert.Equal(3, code);
        Assert.Contains("No etcd was found on this node; set etcd.endpoints", error, StringComparison.Ordinal);
    }

    public void Dispose() => _node.Dispose();

    private async Task<(int Code, string Error)> RunAsync(params string[] words)
    {
        await using var error = new StringWriter();
        var code = await CommandLine.RunAsync(
            [.. words, $"--path.rootfs={_node.Root}", $"--path.procfs={_node.Root}"],
            new(TextWriter.Null, error, new Dictionary<string, string>(StringComparer.Ordinal), _ => "",
                TimeProvider.System),
            TestContext.Current.CancellationToken);
        return (code, error.ToString());
    }
}
