using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public class AcceptedTests
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
    [InlineData("\"a, application/openmetrics-text")]
    public void OpenMetrics_is_for_whoever_names_it(string accept) =>
        Assert.Equal(TextFormat.OpenMetrics, Format(accept));

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
    [InlineData(";;;===,,,\"")]
    public void Everybody_else_gets_plain_text(string? accept) =>
        Assert.Equal(TextFormat.Prometheus, Format(accept));

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP;q=0.1")]
    [InlineData("gzip, deflate, br, zstd")]
    [InlineData("x-gzip")]
    [InlineData("*")]
    [InlineData("identity;q=0.5 , * ; q=0.2")]
    public void Compressed_when_asked(string header) => Assert.True(Gzip(header));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("identity")]
    [InlineData("br, zstd")]
    [InlineData("gzip;q=0")]
    [InlineData("gzip;q=0, *")]
    [InlineData("gzip;q=x")]
    [InlineData("*;q=0.000")]
    public void Plain_when_not(string? header) => Assert.False(Gzip(header));

    [Fact]
    public void No_header_is_an_error() =>
        Prop.ForAll<string?>(header =>
        {
            Assert.True(Enum.IsDefined(Format(header)));
            Assert.False(Gzip(header) && header is null);
        }).Holds();

    [Fact]
    public void A_huge_header_is_as_good_as_none()
    {
        var padding = new string(',', 1 << 20);

        Assert.Equal(TextFormat.Prometheus, Format($"application/openmetrics-text{padding}"));
        Assert.False(Gzip($"gzip{padding}"));
    }

    [Theory]
    [InlineData("Prometheus", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("OpenMetrics", "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    public void Each_format_says_its_version(string format, string contentType) =>
        Assert.Equal(contentType, PageText.ContentType(Enum.Parse<TextFormat>(format)));

    [Theory]
    [InlineData("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", true)]
    [InlineData("*/*", false)]
    [InlineData("text/html;q=0, */*", false)]
    [InlineData("text/*", false)]
    [InlineData(null, false)]
    public void Html_is_for_whoever_names_it(string? accept, bool html) =>
        Assert.Equal(html, Accepted.Html(Request("Accept", accept)));

    // prometheus-net's own middleware reads it.
    [Fact]
    public void The_query_plays_no_part()
    {
        var request = Request("Accept", "text/plain");
        request.QueryString = new("?accept=application/openmetrics-text");

        Assert.Equal(TextFormat.Prometheus, Accepted.Format(request));
    }

    private static TextFormat Format(string? accept) => Accepted.Format(Request("Accept", accept));

    private static bool Gzip(string? acceptEncoding) => Accepted.Gzip(Request("Accept-Encoding", acceptEncoding));

    private static HttpRequest Request(string name, string? value)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers[name] = value;
        return request;
    }
}
