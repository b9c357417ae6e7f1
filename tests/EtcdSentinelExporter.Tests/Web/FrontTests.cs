using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public sealed class FrontTests
{
    private static readonly string[] Pages = ["/", "/metrics", "/etcd/metrics", "/-/ready"];

    [Fact]
    public async Task Pages_come_through_with_their_form()
    {
        await using var front = await Front.StartAsync();
        front.Exporter.Publish(10_000);

        using var plain = await front.GetAsync("/metrics");
        using var zipped = await front.GetAsync(
            "/metrics", ("Accept-Encoding", "gzip"), ("Accept", "application/openmetrics-text;version=1.0.0"));
        using var status = await front.GetAsync("/");

        Assert.Contains("etcd_sentinel_test 1\n", await plain.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("gzip", Assert.Single(zipped.Content.Headers.ContentEncoding));
        Assert.Equal("application/openmetrics-text", zipped.Content.Headers.ContentType!.MediaType);
        Assert.Equal("Accept, Accept-Encoding", string.Join(", ", zipped.Headers.Vary));
        Assert.Contains(
            "<h1>EtcdSentinelExporter</h1>", await status.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.StartsWith(
            "default-src 'none'", Assert.Single(status.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_is_the_exporters_and_health_is_its_own()
    {
        await using var front = await Front.StartAsync();
        using var before = await front.GetAsync("/-/ready");
        front.Exporter.IsReady = true;
        using var after = await front.GetAsync("/-/ready");
        await front.Exporter.DisposeAsync();
        using var gone = await front.GetAsync("/-/ready");
        using var healthy = await front.GetAsync("/-/healthy");

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK, HttpStatusCode.BadGateway, HttpStatusCode.OK),
            (before.StatusCode, after.StatusCode, gone.StatusCode, healthy.StatusCode));
    }

    [Fact]
    public async Task Runbooks_are_there_when_the_exporter_is_not()
    {
        await using var front = await Front.StartAsync();
        await front.Exporter.DisposeAsync();
        using var runbook = await front.GetAsync("/runbooks/EtcdNoSpaceAlarm");

        Assert.Equal(HttpStatusCode.OK, runbook.StatusCode);
        Assert.StartsWith("# EtcdNoSpaceAlarm\n", await runbook.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exporter_that_is_not_there_is_a_bad_gateway_that_tells_nothing()
    {
        await using var front = await Front.StartAsync();
        await front.Exporter.DisposeAsync();

        foreach (var page in Pages)
        {
            using var answer = await front.GetAsync(page);
            Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
            Assert.DoesNotContain("sock", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_log_says_of_a_missing_socket_that_it_is_missing()
    {
        await using var front = await Front.StartAsync();
        await front.Exporter.DisposeAsync();
        front.RemoveSocket();
        (await front.GetAsync("/metrics")).Dispose();

        Assert.Contains("there is no such socket", front.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exporter_that_hangs_is_a_timeout()
    {
        var asked = new TaskCompletionSource();
        await using var front = await Front.StartAsync(http =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        });

        var answer = front.GetAsync("/etcd/metrics");
        await asked.Task;
        front.Clock.Advance(TimeSpan.FromSeconds(10));

        using var late = await answer;
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
    }

    [Fact]
    public async Task A_page_that_breaks_off_never_ends_cleanly()
    {
        await using var front = await Front.StartAsync(async http =>
        {
            http.Response.ContentLength = 1_000_000;
            await http.Response.Body.WriteAsync(new byte[500_000]);
            http.Abort();
        });

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => front.GetAsync("/etcd/metrics"));
    }

    [Fact]
    public async Task A_page_without_end_is_broken_off()
    {
        await using var front = await Front.StartAsync(async http =>
        {
            while (!http.RequestAborted.IsCancellationRequested)
                await http.Response.Body.WriteAsync(new byte[1 << 20], http.RequestAborted);
        });
        using var answer = await front.Client.GetAsync(
            new Uri("/etcd/metrics", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task Of_a_request_only_the_endpoint_goes_further_and_as_a_value()
    {
        var seen = new List<string>();
        await using var front = await Front.StartAsync(http =>
        {
            seen.Add($"{http.Request.Path}{http.Request.QueryString} {http.Request.Headers.Cookie}{http.Request.Headers.Authorization}{http.Request.Host}");
            return Task.CompletedTask;
        });

        (await front.GetAsync(
            "/etcd/metrics?endpoint=http://a%26b%0d%0aX:1&other=1", ("Cookie", "c"), ("Authorization", "Basic x")))
                .Dispose();

        Assert.Equal("/etcd/metrics?endpoint=http%3A%2F%2Fa%26b%0D%0AX%3A1 exporter", Assert.Single(seen));
    }

    [Theory]
    [InlineData("GET /metrics/../etc/passwd", 404)]
    [InlineData("GET /metrics%2f..%2f..%2fetc", 404)]
    [InlineData("GET //metrics", 404)]
    [InlineData("GET /METRICS", 404)]
    [InlineData("GET http://169.254.169.254/latest", 404)]
    [InlineData("GET /metrics%00", 400)]
    [InlineData("CONNECT example.com:80", 404)]
    [InlineData("POST /metrics", 405)]
    [InlineData("DELETE /", 405)]
    public async Task Nothing_else_is_passed_on(string request, int status)
    {
        var asked = 0;
        await using var front = await Front.StartAsync(_ => { asked++; return Task.CompletedTask; });

        var answer = await front.RawAsync($"{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.Matches($"^HTTP/1.1 (400|{status}) ", answer);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task Head_gives_the_length_and_no_body()
    {
        await using var front = await Front.StartAsync();
        front.Exporter.Publish(1000);
        using var page = await front.GetAsync("/metrics");

        var answer = await front.RawAsync("HEAD /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.Contains($"Content-Length: {page.Content.Headers.ContentLength}\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    /// <summary>An exporter on a socket, and a front before it on a free port.</summary>
    private sealed class Front : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly Forwarder _forwarder;
        private readonly string _socket;

        private Front(RunningSite exporter, UnixDomainSocketEndPoint socket)
        {
            Exporter = exporter;
            _socket = socket.ToString();
            var limits = new WebLimits();
            var builder = WebApplication.CreateEmptyBuilder(new());
            Listener.Use(
                builder, ListenSocket.BindAll([new IPEndPoint(IPAddress.Loopback, 0)]), limits, TimeProvider.System);
            _app = builder.Build();
            _forwarder = new(socket, limits, TimeSpan.FromSeconds(10), Log, Clock);
            FrontPages.Map(_app, _forwarder, new MetricsPage(new(), 1), "/metrics", guard: null);
        }

        public FakeClock Clock { get; } = new();

        public LogLines Log { get; } = new();

        public RunningSite Exporter { get; }

        public HttpClient Client { get; } = new();

        public static async Task<Front> StartAsync(RequestDelegate? etcd = null)
        {
            var socket = new UnixDomainSocketEndPoint(
                Path.Combine(Directory.CreateTempSubdirectory().FullName, "sock"));
            var front = new Front(await RunningSite.StartAsync(where: socket, etcd: etcd), socket);
            await front._app.StartAsync();
            front.Client.BaseAddress = new(front._app.Urls.First());
            return front;
        }

        public async Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            return await Client.SendAsync(request);
        }

        public async Task<string> RawAsync(string request)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Client.BaseAddress!.Port);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
            using var reader = new StreamReader(stream, Encoding.ASCII);
            return await reader.ReadToEndAsync();
        }

        // As where the exporter never ran, or its folder is not mounted.
        public void RemoveSocket() => File.Delete(_socket);

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            Log.Dispose();
            await _app.DisposeAsync();
            _forwarder.Dispose();
            await Exporter.DisposeAsync();
        }
    }
}
