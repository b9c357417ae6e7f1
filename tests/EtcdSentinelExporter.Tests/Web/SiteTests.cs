using System.IO.Compression;
using System.Net;
using System.Text.Json;
using EtcdSentinelExporter.Tests.Diagnosis;
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
    public async Task The_status_page_is_HTML_for_browsers_and_text_for_curl()
    {
        await using var site = await RunningSite.StartAsync();

        using var page = await site.SendAsync(HttpMethod.Get, "/", ("Accept", "text/html,*/*;q=0.8"));
        using var text = await site.SendAsync(HttpMethod.Get, "/", ("Accept", "*/*"));

        var html = await page.Content.ReadAsStringAsync();
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.Contains("<title>ok: etcd on cp-1</title>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/metrics\">", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", html);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-",
            Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("60", Assert.Single(page.Headers.GetValues("Refresh")));
        Assert.Equal("text/plain", text.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("OK: ", await text.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(text.Headers.Contains("Refresh"));
        Assert.Equal("Accept", Assert.Single(text.Headers.Vary));
    }

    [Fact]
    public async Task Status_json_is_the_same_report()
    {
        await using var site = await RunningSite.StartAsync();

        using var response = await site.SendAsync(HttpMethod.Get, "/status.json");

        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(SomeReports.Healthy.Verdict, json.RootElement.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task Requests_for_the_status_are_limited()
    {
        await using var site = await RunningSite.StartAsync(RunningSite.Limits with { StatusPagesPerClient = 0 });

        using var response = await site.SendAsync(HttpMethod.Get, "/status.json");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }
}
