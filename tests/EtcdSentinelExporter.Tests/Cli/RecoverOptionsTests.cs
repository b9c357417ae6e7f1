using EtcdSentinelExporter.Cli;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Cli;

public sealed class RecoverOptionsTests : IDisposable
{
    private readonly TempNode _node = new();

    [Theory]
    [InlineData("write what to recover: nospace, fragmentation, certificates, disk")]
    [InlineData("write what to recover", "everything")]
    [InlineData("--yes is only for --execute", "nospace", "--yes")]
    [InlineData("--execute is only for recover nospace", "disk", "--execute")]
    [InlineData("--script and --output exclude each other", "nospace", "--script", "--output=json")]
    [InlineData("--snapshot and --no-snapshot exclude", "nospace", "--execute", "--snapshot=/a", "--no-snapshot=b")]
    [InlineData("--script is not for recover disk", "disk", "--script")]
    [InlineData("--script is not for recover certificates", "certificates", "--script")]
    [InlineData("write snapshot, compact, defragment=MEMBER or disarm", "nospace", "--execute", "--only=defragment=")]
    [InlineData("others cannot be forced", "nospace", "--force=corrupt")]
    [InlineData("in hexadecimal", "nospace", "--execute", "--cluster-id=xyz")]
    public async Task A_mistake_is_said(string sentence, params string[] words)
    {
        var (code, _, error) = await RunAsync(words);

        Assert.Equal(64, code);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_etcd_nothing_can_be_read()
    {
        var (code, _, error) = await RunAsync("nospace", "--execute", "--yes", "--no-snapshot=a test");

        Assert.Equal(3, code);
        Assert.StartsWith("Cannot read the cluster: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_certificates_the_plan_is_refused()
    {
        var (code, text, _) = await RunAsync("certificates");

        Assert.Equal(2, code);
        Assert.Contains("NOT NOW", text, StringComparison.Ordinal);
    }

    public void Dispose() => _node.Dispose();

    private async Task<(int Code, string Out, string Error)> RunAsync(params string[] words)
    {
        await using var to = new StringWriter();
        await using var error = new StringWriter();
        var code = await CommandLine.RunAsync(
            ["recover", .. words, $"--path.rootfs={_node.Root}", $"--path.procfs={_node.Root}"],
            new(to, error, new Dictionary<string, string>(StringComparer.Ordinal), _ => "", TimeProvider.System),
            TestContext.Current.CancellationToken);
        return (code, to.ToString(), error.ToString());
    }
}
