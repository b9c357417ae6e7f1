using EtcdSentinelExporter.Exposition;
using EtcdSentinelExporter.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EtcdSentinelExporter.Tests.Exposition;

public class NegotiationTests
{
    private const string Prometheus2 =
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    private const string Prometheus3 =
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
        + "application/openmetrics-text;version=0.0.1;q=0.5,"
        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    [Theory]
    [InlineData(Prometheus2)]
    [InlineData(Prometheus3)]
    [InlineData("application/openmetrics-text")]
    [InlineData("APPLICATION/OpenMetrics-Text ; Version = \"1.0.0\" ; Q=0.5")]
    [InlineData("application/vnd.google.protobuf,application/openmetrics-text;q=0.5,text/plain;q=0.4")]
    [InlineData("application/openmetrics-text;escaping=\"a,b;c\\\"q=0\"")]
    [InlineData("*/*,application/openmetrics-text;version=1.0.0")]
    [InlineData("text/plain;q=0,*/*,application/openmetrics-text;q=0.2")]
    public void OpenMetrics_is_for_whoever_names_it(string accept) =>
        Assert.Equal(TextFormat.OpenMetrics, Negotiation.Choose(accept));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("*/*")]
    [InlineData("text/plain")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")]
    [InlineData("application/*")]
    [InlineData("application/json")]
    [InlineData("application/openmetrics-text;version=0.0.1")]
    [InlineData("application/openmetrics-text;version=2.0.0")]
    [InlineData("application/openmetrics-text;version=0.0.1;q=0.9,text/plain;version=0.0.4;q=0.5")]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0")]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0,application/openmetrics-text")]
    [InlineData("application/openmetrics-text;q=0.0,*/*;q=0.1")]
    [InlineData("application/openmetrics-text;q=0.3,text/plain;q=0.7")]
    [InlineData("application/openmetrics-text;q=abc")]
    [InlineData("application/openmetrics-text;q=NaN")]
    [InlineData("application/openmetrics-text;q=-1")]
    [InlineData("application/openmetrics-text;q=7")]
    [InlineData("application/openmetrics-text;q=1e0")]
    [InlineData(";;;===,,,\"")]
    [InlineData("\"application/openmetrics-text")]
    public void Everybody_else_gets_plain_text(string? accept) =>
        Assert.Equal(TextFormat.Prometheus, Negotiation.Choose(accept));

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP;q=0.1")]
    [InlineData("gzip, deflate, br, zstd")]
    [InlineData("x-gzip")]
    [InlineData("*")]
    [InlineData("identity;q=0.5 , * ; q=0.2")]
    public void Compressed_when_asked(string header) => Assert.True(Negotiation.AcceptsGzip(header));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("identity")]
    [InlineData("br, zstd")]
    [InlineData("gzip;q=0")]
    [InlineData("gzip;q=0, *")]
    [InlineData("gzip;q=x")]
    [InlineData("*;q=0.000")]
    public void Plain_when_not(string? header) => Assert.False(Negotiation.AcceptsGzip(header));

    [Fact]
    public void No_header_is_an_error() =>
        Prop.ForAll<string?>(header =>
        {
            Assert.True(Enum.IsDefined(Negotiation.Choose(header)));
            Assert.False(Negotiation.AcceptsGzip(header) && header is null);
        }).Holds();

    [Fact]
    public void A_huge_header_is_as_good_as_none()
    {
        var padding = new string(',', 1 << 20);

        Assert.Equal(TextFormat.Prometheus, Negotiation.Choose($"application/openmetrics-text{padding}"));
        Assert.False(Negotiation.AcceptsGzip($"gzip{padding}"));
    }

    [Theory]
    [InlineData("Prometheus", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("OpenMetrics", "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    public void Each_format_says_its_version(string format, string contentType) =>
        Assert.Equal(contentType, Negotiation.ContentType(Enum.Parse<TextFormat>(format)));
}
