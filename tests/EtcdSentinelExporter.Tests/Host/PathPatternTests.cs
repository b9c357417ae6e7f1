using EtcdSentinelExporter.Host;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Host;

public sealed class PathPatternTests : IDisposable
{
    private readonly TempNode _node = new TempNode()
        .With("/pki/a/tls.crt", "").With("/pki/b/tls.crt", "").With("/pki/b/tls.key", "")
            .With("/pki/..2026/tls.crt", "")
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
        Assert.Equal(found, string.Join(' ', PathPattern.Expand(_node.Files, pattern).Paths));

    [Fact]
    public void A_file_where_a_folder_should_be_is_no_match() =>
        Assert.Empty(PathPattern.Expand(_node.Files, "/pki/c/*").Paths);

    [Fact]
    public void Links_that_lead_nowhere_or_in_a_circle_are_found_too()
    {
        _node.WithLink("/l/a.crt", "/nowhere").WithLink("/l/b.crt", "b.crt").WithLink("/l/c/tls.crt", "/nowhere");

        Assert.Equal(["/l/a.crt", "/l/b.crt"], PathPattern.Expand(_node.Files, "/l/*.crt").Paths.ToArray());
        Assert.Equal(["/l/c/tls.crt"], PathPattern.Expand(_node.Files, "/l/*/tls.crt").Paths.ToArray());
    }

    [Fact]
    public void Of_more_than_a_thousand_folders_the_rest_is_counted()
    {
        for (var n = 0; n < 1_002; n++)
            Directory.CreateDirectory(_node.Real($"/many/{n:0000}/a"));

        foreach (var pattern in new[] { "/many/*/a", "/many/*/*" })
        {
            var hits = PathPattern.Expand(_node.Files, pattern);
            Assert.Equal((1_000, 2), (hits.Paths.Length, hits.Skipped));
        }
    }

    public void Dispose() => _node.Dispose();
}
