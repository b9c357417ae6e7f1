using System.IO.Compression;
using System.Net;
using EtcdSentinelExporter.Metrics;
using EtcdSentinelExporter.Polling;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public sealed class SiteTests
{
    [Fact]
    public async Task The_page_comes_in_the_form_that_the_scrape_wants()
    {
        await using var site = await RunningSite.StartAsync();
        site.Publish(100);

        using var plain = await site.SendAsync(HttpMethod.Get, "/metrics");
        using var open = await site.SendAsync(
            HttpMethod.Get, "/metrics", ("Accept", "application/openmetrics-text;version=1.0.0"));

        Assert.Equal("text/plain", plain.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("# EOF", await plain.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("application/openmetrics-text", open.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith("# EOF\n", await open.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("Accept, Accept-Encoding", string.Join(", ", plain.Headers.Vary));
    }

    [Fact]
    public async Task Gzip_holds_the_same_text()
    {
        await using var site = await RunningSite.StartAsync();
        site.Publish(10_000);
        var plain = await site.Client.GetStringAsync(new Uri(site.Address, "/metrics"));

        using var response = await site.SendAsync(HttpMethod.Get, "/metrics", ("Accept-Encoding", "gzip"));

        var bytes = await response.Content.ReadAsByteArrayAsync();
        await using var unzipped = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var reader = new StreamReader(unzipped);
        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
        Assert.Equal(bytes.Length, response.Content.Headers.ContentLength);
        Assert.Equal(plain, await reader.ReadToEndAsync());
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("gzip")]
    public async Task Head_gives_the_length_and_no_body(string coding)
    {
        await using var site = await RunningSite.StartAsync();
        site.Publish(100);
        using var response = await site.SendAsync(HttpMethod.Get, "/metrics", ("Accept-Encoding", coding));
        var length = (await response.Content.ReadAsByteArrayAsync()).Length;

        var answer = await site.RawAsync(
            $"HEAD /metrics HTTP/1.1\r\nHost: x\r\nAccept-Encoding: {coding}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains($"Content-Length: {length}\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    public async Task Other_methods_are_refused_with_those_that_are_taken(string method)
    {
        await using var site = await RunningSite.StartAsync();

        using var response = await site.SendAsync(new(method), "/metrics");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("GET, HEAD", string.Join(", ", response.Content.Headers.Allow));
    }

    [Theory]
    [InlineData("/metrics/")]
    [InlineData("//metrics")]
    [InlineData("/METRICS")]
    [InlineData("/metrics/../../etc/passwd")]
    [InlineData("/..%2f..%2fetc/passwd")]
    [InlineData("/-/healthy%00")]
    [InlineData("/<script>alert(1)</script>")]
    [InlineData("/nothing?x=<script>")]
    public async Task Any_other_path_is_one_plain_sentence(string path)
    {
        await using var site = await RunningSite.StartAsync();

        var answer = await site.RawAsync($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 40[04] ", answer);
        Assert.DoesNotContain("script", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>")]
    [InlineData("a b")]
    [InlineData("evil/..")]
    public async Task A_hostile_host_header_is_refused_and_never_repeated(string host)
    {
        await using var site = await RunningSite.StartAsync();

        var answer = await site.RawAsync($"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(host, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_with_a_body_is_refused()
    {
        await using var site = await RunningSite.StartAsync();

        var answer = await site.RawAsync("GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_waits_and_healthy_does_not()
    {
        await using var site = await RunningSite.StartAsync();

        using var healthy = await site.SendAsync(HttpMethod.Get, "/-/healthy");
        using var before = await site.SendAsync(HttpMethod.Get, "/-/ready");
        site.IsReady = true;
        using var after = await site.SendAsync(HttpMethod.Get, "/-/ready");

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK),
            (healthy.StatusCode, before.StatusCode, after.StatusCode));
        Assert.False(healthy.Headers.Contains("Server"));
    }

    [Fact]
    public async Task The_status_page_shows_each_collector_and_escapes_what_it_shows()
    {
        await using var site = await RunningSite.StartAsync(collectors: [new Idle("bad"), new Idle("new")]);
        var failed = new Snapshot<object>("bad", DateTimeOffset.UnixEpoch);
        site.Store.Post(failed with { Failure = new("bug", "<script>alert(1)</script>") });

        using var response = await site.SendAsync(HttpMethod.Get, "/");

        var html = await response.Content.ReadAsStringAsync();
        Assert.Contains("<td>bad</td><td>1970-01-01 00:00:00 UTC</td><td>0 s</td><td>failed: bug: &lt;script&gt;", html,
            StringComparison.Ordinal);
        Assert.Contains("<td>new</td><td></td><td></td><td>not polled yet</td>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/metrics\">", html, StringComparison.Ordinal);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-",
            Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    private sealed class Idle(string name) : Collector(name, default)
    {
        public override IEnumerable<MetricFamily> Families => [];

        public override Task<Snapshot> TakeAsync(CancellationToken stopping) =>
            throw new InvalidOperationException(Name);
    }
}
