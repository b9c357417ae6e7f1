using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdSentinelExporter.Etcd.Client;
using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Etcd.Page;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public sealed class EtcdMetricsPageTests : IDisposable
{
    private const string Page = "# HELP a A.\n# TYPE a gauge\na 1\n# TYPE b gauge\nb 2\n";
    private const string Passed = "# HELP a A.\n# TYPE a gauge\na 1\n";

    private static readonly EtcdOverrides Nothing = new(
        [], CaFile: null, CertFile: null, KeyFile: null, MetricsUrl: null);
    private static readonly EtcdDiscovered NoEtcd = new([], LookedAt: [], Problems: []);

    private readonly FakeClock _clock = new();
    private EtcdDiscovered _discovered = NoEtcd;
    private EtcdLinks? _links;
    private ResponseLimits? _limits;

    public void Dispose()
    {
        _links?.Dispose();
        _limits?.Dispose();
    }

    [Fact]
    public async Task Etcds_page_passes_through_with_its_content_type()
    {
        await using var etcd = await FakeEtcd.StartAsync(
            context => AnswerAsync(context, "text/plain; version=0.0.4; charset=utf-8; escaping=underscores", Page),
            HttpProtocols.Http1);
        await using var site = await SiteAsync(Given(etcd));

        using var response = await site.SendAsync(
            HttpMethod.Get, "/etcd/metrics", ("Accept", "application/openmetrics-text"));

        Assert.Equal(Passed, await response.Content.ReadAsStringAsync());
        Assert.Equal(
            "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
            response.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("etcd-3.6.txt")]
    [InlineData("etcd-3.7.txt")]
    public async Task A_version_that_is_only_recorded_passes_through_all_the_same(string file)
    {
        var page = await File.ReadAllTextAsync(
            Path.Combine(Repo.Root, "tests/EtcdSentinelExporter.Tests/Fixtures/metrics", file));
        await using var etcd = await FakeEtcd.StartAsync(
            context => AnswerAsync(context, null, page), HttpProtocols.Http1);
        await using var site = await SiteAsync(Given(etcd), families: PassthroughFamilies.All);

        Assert.Equal(page, await site.Client.GetStringAsync(new Uri("/etcd/metrics", UriKind.Relative)));
    }

    [Fact]
    public async Task Nothing_is_kept_from_one_scrape_to_the_next()
    {
        var asked = 0;
        await using var etcd = await FakeEtcd.StartAsync(
            context => AnswerAsync(context, null, $"a {++asked}\n"), HttpProtocols.Http1);
        await using var site = await SiteAsync(Given(etcd));

        Assert.Equal("a 1\n", await GetAsync(site));
        Assert.Equal("a 2\n", await GetAsync(site));
    }

    [Fact]
    public async Task Where_no_etcd_is_expected_the_page_is_empty()
    {
        await using var site = await SiteAsync(Nothing);

        using var response = await site.SendAsync(HttpMethod.Get, "/etcd/metrics");

        Assert.Equal((HttpStatusCode.OK, 0L), (response.StatusCode, response.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task A_page_that_is_named_alone_is_served()
    {
        await using var etcd = await FakeEtcd.StartAsync(
            context => AnswerAsync(context, null, Page), HttpProtocols.Http1);
        await using var site = await SiteAsync(
            Nothing with { MetricsUrl = new(etcd.Endpoint.Address, "/some/page?x=1") });

        Assert.Equal(Passed, await GetAsync(site));
    }

    [Fact]
    public async Task An_etcd_whose_client_addresses_are_unknown_is_served_by_its_metrics_address()
    {
        await using var etcd = await FakeEtcd.StartAsync(
            context => AnswerAsync(context, null, Page), HttpProtocols.Http1);
        _discovered = NoEtcd with { Installations = [Installation(etcd) with { ClientUrl = null }] };
        await using var site = await SiteAsync(Nothing);

        Assert.Equal(Passed, await GetAsync(site));
    }

    [Fact]
    public async Task An_etcd_of_which_no_address_is_known_is_no_empty_page()
    {
        await using var etcd = await FakeEtcd.StartAsync(
            context => AnswerAsync(context, null, Page), HttpProtocols.Http1);
        _discovered = NoEtcd with
        {
            Installations = [Installation(etcd) with { ClientUrl = null, MetricsUrl = null }],
            Problems = [new("/x", EtcdConfigProblem.NoAddress, "/x starts etcd without a usable client URL")],
        };
        await using var site = await SiteAsync(Nothing);

        Assert.Contains(
            "/x starts etcd without a usable client URL", await BadGatewayAsync(site), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_of_the_configured_address_is_shown_to_nobody()
    {
        await using var etcd = await FakeEtcd.StartAsync(context => RefuseAsync(context), HttpProtocols.Http1);
        await using var site = await SiteAsync(
            Nothing with { MetricsUrl = new(etcd.Endpoint.Address, "/some/page?token=secret") });

        var sentence = await BadGatewayAsync(site);

        Assert.Contains($"{etcd.Endpoint.Text}/some/page: HTTP 500", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_cannot_be_read_are_no_empty_page()
    {
        _discovered =
            NoEtcd with
            {
                Problems = [new(
                    "/etc/kubernetes/manifests/etcd.yaml", "malformed", "etcd.yaml: line 3: mend it.")],
            };
        await using var site = await SiteAsync(Nothing);

        Assert.Equal("Cannot read etcd's metrics: etcd.yaml: line 3: mend it.\n", await BadGatewayAsync(site));
    }

    [Fact]
    public async Task An_address_that_refuses_is_followed_by_the_next_one_of_the_same_member()
    {
        await using var etcd = await FakeEtcd.StartAsync(
            context => AnswerAsync(context, null, Page), HttpProtocols.Http1);
        _discovered = NoEtcd with
        {
            Installations = [Installation(etcd) with
            {
                ClientUrl = "http://127.0.0.1:1",
                MetricsUrl = null,
                Alternatives = [new(etcd.Endpoint.Text, null)],
            }],
        };
        await using var site = await SiteAsync(Nothing);

        Assert.Equal(Passed, await GetAsync(site));
        Assert.Equal(Passed, await GetAsync(site));
    }

    [Fact]
    public async Task While_the_member_is_down_an_advertised_address_is_not_asked_it_may_be_another_member()
    {
        await using var etcd = await FakeEtcd.StartAsync(
            context => AnswerAsync(context, null, Page), HttpProtocols.Http1);
        _discovered = NoEtcd with
        {
            Installations = [Installation(etcd) with
            {
                ClientUrl = "http://127.0.0.1:1",
                MetricsUrl = null,
                Alternatives = [new($"http://0.0.0.0:{etcd.Endpoint.Address.Port}", null)],
            }],
        };
        await using var site = await SiteAsync(Nothing);

        Assert.Contains("127.0.0.1:1", await BadGatewayAsync(site), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_preferred_address_is_tried_again_after_5_minutes()
    {
        var isBack = false;
        await using var preferred = await FakeEtcd.StartAsync(
            context =>
            {
                if (!isBack)
                    context.Abort();
                return isBack ? AnswerAsync(context, null, "a 1\n") : Task.CompletedTask;
            },
            HttpProtocols.Http1);
        await using var other = await FakeEtcd.StartAsync(
            context => AnswerAsync(context, null, "a 2\n"), HttpProtocols.Http1);
        _discovered = NoEtcd with
        {
            Installations = [Installation(preferred) with
            {
                ClientUrl = preferred.Endpoint.Text,
                MetricsUrl = null,
                Alternatives = [new(other.Endpoint.Text, null)],
            }],
        };
        await using var site = await SiteAsync(Nothing);
        Assert.Equal("a 2\n", await GetAsync(site));

        isBack = true;
        Assert.Equal("a 2\n", await GetAsync(site));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("a 1\n", await GetAsync(site));
    }

    [Fact]
    public async Task Of_several_members_the_one_that_was_asked_for_answers()
    {
        await using var one = await FakeEtcd.StartAsync(
            context => AnswerAsync(context, null, "a 1\n"), HttpProtocols.Http1);
        await using var two = await FakeEtcd.StartAsync(
            context => AnswerAsync(context, null, "a 2\n"), HttpProtocols.Http1);
        await using var site = await SiteAsync(Nothing with { Endpoints = [one.Endpoint, two.Endpoint] });

        using var unnamed = await site.SendAsync(HttpMethod.Get, "/etcd/metrics");

        Assert.Equal("a 2\n", await GetAsync(site, $"?endpoint={two.Endpoint.Text}"));
        Assert.Equal("a 1\n", await GetAsync(site, $"?endpoint={Uri.EscapeDataString(one.Endpoint.Text)}"));
        Assert.Equal(HttpStatusCode.NotFound, unnamed.StatusCode);
        Assert.Contains(
            $"{one.Endpoint.Text} {two.Endpoint.Text}", await unnamed.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?endpoint=")]
    [InlineData("?endpoint=http://169.254.169.254")]
    [InlineData("?endpoint=HTTP://127.0.0.1:PORT")]
    [InlineData("?endpoint=http://127.0.0.1:PORT/")]
    [InlineData("?endpoint=http://127.0.0.1:PORT&endpoint=http://127.0.0.1:PORT")]
    [InlineData("?endpoint=http://127.0.0.1:PORT%00")]
    public async Task Any_other_endpoint_is_not_found_and_nobody_is_asked(string query)
    {
        await using var etcd = await FakeEtcd.StartAsync(
            context => AnswerAsync(context, null, Page), HttpProtocols.Http1);
        await using var site = await SiteAsync(Given(etcd));

        using var response = await site.SendAsync(
            HttpMethod.Get,
            $"/etcd/metrics{query}".Replace("PORT", $"{etcd.Endpoint.Address.Port}", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.DoesNotContain("169.254", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, etcd.Requests);
    }

    [Theory]
    [InlineData(404, null, null, Page, "HTTP 404 instead of 200")]
    [InlineData(401, null, null, Page, "HTTP 401 instead of 200")]
    [InlineData(200, "text/html", null, "<html></html>\n", "is text/html and not text/plain")]
    [InlineData(200, "text/plain; charset=utf-16", null, Page, "is encoded as utf-16 and not as UTF-8")]
    [InlineData(200, "text/plain", "gzip", Page, "is compressed")]
    [InlineData(200, "nonsense", null, Page, "content type")]
    [InlineData(200, "text/plain", null, "<html>\n</html>\n", "not a line of a metrics page")]
    [InlineData(200, "text/plain", null, "b 1\n", "no sample of the selected families")]
    [InlineData(200, "text/plain", null, "a 1\na 20", "is truncated")]
    [InlineData(200, "text/plain", null, "", "no sample of the selected families")]
    public async Task What_is_no_page_of_metrics_is_one_sentence(
        int status, string? type, string? encoding, string body, string says)
    {
        await using var etcd = await FakeEtcd.StartAsync(
            context =>
            {
                context.Response.StatusCode = status;
                if (encoding is not null)
                    context.Response.Headers.ContentEncoding = encoding;
                return AnswerAsync(context, type, body);
            },
            HttpProtocols.Http1);
        await using var site = await SiteAsync(Given(etcd));

        var sentence = await BadGatewayAsync(site);

        Assert.Contains(says, sentence, StringComparison.Ordinal);
        Assert.Equal(1, sentence.Count(c => c == '\n'));
    }

    [Fact]
    public async Task An_etcd_that_is_not_there_is_a_bad_gateway()
    {
        EtcdOverrides given;
        await using (
            var etcd = await FakeEtcd.StartAsync(context => AnswerAsync(context, null, Page), HttpProtocols.Http1))
        {
            given = Given(etcd);
        }

        await using var site = await SiteAsync(given);

        Assert.Contains("refused", await BadGatewayAsync(site), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_etcd_that_hangs_is_a_bad_gateway_when_the_time_is_up()
    {
        var asked = new TaskCompletionSource();
        await using var etcd = await FakeEtcd.StartAsync(
            async context =>
            {
                await context.Response.WriteAsync("a 1\n");
                asked.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            },
            HttpProtocols.Http1);
        await using var site = await SiteAsync(Given(etcd));

        var answer = BadGatewayAsync(site);
        await asked.Task;
        _clock.Advance(TimeSpan.FromSeconds(9));

        Assert.Contains("within 9 s", await answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2_000_000, "a 204")]
    [InlineData(80_000_000, "")]
    public async Task A_passthrough_that_fails_after_the_first_byte_never_ends_cleanly(int bytes, string end)
    {
        var block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a{x=\"0123456789\"} 1\n", 500)));
        await using var etcd = await FakeEtcd.StartAsync(
            async context =>
            {
                for (var sent = 0; sent < bytes; sent += block.Length)
                    await context.Response.Body.WriteAsync(block, context.RequestAborted);
                await context.Response.WriteAsync(end, context.RequestAborted);
            },
            HttpProtocols.Http1);
        await using var site = await SiteAsync(Given(etcd));

        using var response = await site.Client.GetAsync(
            new Uri("/etcd/metrics", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task A_large_page_arrives_whole()
    {
        var page = string.Concat(Enumerable.Range(0, 300_000).Select(i => $"a{{x=\"{i}\"}} 1\n"));
        await using var etcd = await FakeEtcd.StartAsync(
            context => AnswerAsync(context, null, page), HttpProtocols.Http1);
        await using var site = await SiteAsync(Given(etcd));

        Assert.Equal(page, await GetAsync(site));
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_exchange_with_etcd()
    {
        var left = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        await using var etcd = await FakeEtcd.StartAsync(
            async context =>
            {
                context.RequestAborted.Register(left.SetResult);
                await context.Response.WriteAsync("a 1\n");
                asked.SetResult();
                await left.Task;
            },
            HttpProtocols.Http1);
        await using var site = await SiteAsync(Given(etcd));

        using (var socket = await site.HangAsync("GET /etcd/metrics HTTP/1.1\r\nHost: x\r\n\r\n"))
        {
            await asked.Task;
            socket.Shutdown(SocketShutdown.Both);
        }

        await Eventually.EndsAsync(left.Task);
    }

    [Fact]
    public async Task One_scrape_too_many_is_told_to_come_back()
    {
        using var asked = new SemaphoreSlim(0);
        var go = new TaskCompletionSource();
        await using var etcd = await FakeEtcd.StartAsync(
            async context =>
            {
                asked.Release();
                await go.Task;
                await AnswerAsync(context, null, Page);
            },
            HttpProtocols.Http1);
        await using var site = await SiteAsync(Given(etcd), limits: RunningSite.Limits with { EtcdScrapes = 2 });

        Task<string>[] running = [GetAsync(site), GetAsync(site)];
        await asked.WaitAsync();
        await asked.WaitAsync();
        using var refused = await site.SendAsync(HttpMethod.Get, "/etcd/metrics");
        go.SetResult();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal([Passed, Passed], await Task.WhenAll(running));
    }

    [Fact]
    public async Task The_page_is_read_over_TLS_with_our_certificate()
    {
        var root = TestCertificate.Root("root");
        await using var etcd = await FakeEtcd.StartSecureAsync(
            context => AnswerAsync(context, null, context.Connection.ClientCertificate is null ? "" : Page),
            tls =>
            {
                tls.ServerCertificate = root.Issue("127.0.0.1").Certificate;
                tls.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                tls.AllowAnyClientCertificate();
            });
        var files = TestFiles.Of(root, root.Issue("client"));
        await using var site = await SiteAsync(
            new([etcd.Endpoint], TestFiles.Ca, TestFiles.Cert, TestFiles.Key, MetricsUrl: null), files: files);

        Assert.Equal(Passed, await GetAsync(site));
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = 500;
        return Task.CompletedTask;
    }

    private static async Task AnswerAsync(HttpContext context, string? type, string body)
    {
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body, context.RequestAborted);
    }

    // Without a metrics URL etcd's page lies beside its API.
    private static EtcdOverrides Given(FakeEtcd etcd) => Nothing with { Endpoints = [etcd.Endpoint] };

    private static EtcdInstallation Installation(FakeEtcd etcd) => new()
    {
        Kind = "kubeadm",
        Source = "/etc/kubernetes/manifests/etcd.yaml",
        ClientUrl = "https://127.0.0.1:2379",
        MetricsUrl = $"{etcd.Endpoint.Text}/metrics",
        QuotaIsKnown = true,
        ClientCertAuth = true,
    };

    private static Task<string> GetAsync(RunningSite site, string query = "") =>
        site.Client.GetStringAsync(new Uri("/etcd/metrics" + query, UriKind.Relative));

    private static async Task<string> BadGatewayAsync(RunningSite site)
    {
        using var response = await site.SendAsync(HttpMethod.Get, "/etcd/metrics");
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private Task<RunningSite> SiteAsync(
        EtcdOverrides given, string families = "a", WebLimits? limits = null, TestFiles? files = null)
    {
        // A certificate has to be valid on it.
        var clock = files is null ? _clock : new FakeClock(TestCertificate.Now);
        _links = new EtcdLinks(
            (files ?? new TestFiles()).Read,
            new(Connect: Patience.Limit, PingDelay: Patience.Limit, PingTimeout: Patience.Limit),
            PageAllowance.ForScrapes(TimeSpan.FromSeconds(9)),
            clock);
        var pages = new PassthroughPages(
            _ => Task.FromResult(_discovered), given, _links, PassthroughFamilies.Of([families]), clock);
        _limits = new(limits ?? RunningSite.Limits);
        return RunningSite.StartAsync(limits, clock: clock, etcd: new EtcdMetricsPage(
            pages, _limits.EtcdMetrics, TimeSpan.FromSeconds(9), NullLogger.Instance, clock).ServeAsync);
    }
}
