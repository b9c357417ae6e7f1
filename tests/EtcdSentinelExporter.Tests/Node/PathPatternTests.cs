using EtcdSentinelExporter.Node;
using Xunit;

namespace EtcdSentinelExporter.Tests.Node;

public sealed class PathPatternTests : IDisposable
{
    private readonly TempNode _node = new TempNode()
        .With("/pki/a/tls.crt", "").With("/pki/b/tls.crt", "").With("/pki/b/tls.key", "").With("/pki/..2026/tls.crt", "")
        .With("/pki/c", "");

    [Theory]
    [InlineData("/pki/*/tls.crt", "/pki/a/tls.crt /pki/b/tls.crt")]
    [InlineData("/pki/b/tls.*", "/pki/b/tls.crt /pki/b/tls.key")]
    [InlineData("/pki/?/tls.crt", "/pki/a/tls.crt /pki/b/tls.crt")]
    [InlineData("/*/a/tls.crt", "/pki/a/tls.crt")]
    [InlineData("/pki/.*/tls.crt", "/pki/..2026/tls.crt")]
    [InlineData("/gone/*.crt", "")]
    [InlineData("/pki/*/gone", "")]
    [InlineData("/pki/c", "/pki/c")]
    public void A_star_stands_for_a_part_of_one_name(string pattern, string found) =>
        Assert.Equal(found, string.Join(' ', PathPattern.Expand(_node.Files, pattern)));

    [Fact]
    public void A_file_where_a_folder_should_be_is_no_match() =>
        Assert.Empty(PathPattern.Expand(_node.Files, "/pki/c/*"));

    public void Dispose() => _node.Dispose();
}
