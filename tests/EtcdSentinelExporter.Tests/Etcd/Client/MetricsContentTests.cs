using EtcdSentinelExporter.Etcd.Client;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Client;

public sealed class MetricsContentTests
{
    [Theory]
    [InlineData("text/plain; version=0.0.4; x=\"é\"")]
    [InlineData("text/plain; version=0.0.4; x=\"a\u0001b\"")]
    [InlineData("text/plain;;;")]
    public void A_type_that_no_header_of_ours_can_hold_is_refused(string type)
    {
        using var content = new ByteArrayContent([]);
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var error = Assert.Throws<EtcdException>(() => MetricsContent.Type(content.Headers));

        Assert.Contains("malformed content type", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_is_none_of_these_passes_as_it_is()
    {
        using var content = new ByteArrayContent([]);
        content.Headers.TryAddWithoutValidation(
            "Content-Type", "text/plain; version=0.0.4; charset=utf-8; escaping=values");

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8; escaping=values", MetricsContent.Type(content.Headers));
    }
}
