using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using EtcdSentinelExporter.Tests.Support;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public sealed class TlsTests
{
    private const string WithCa = "  client_ca_file: ca.crt\n";

    private static readonly Dictionary<string, TestCertificate?> Clients = new()
    {
        ["none"] = null,
        ["ours"] = SecuredSite.ClientCa.Issue("prometheus"),
        ["foreign"] = TestCertificate.Root("clients").Issue("prometheus"),
        ["expired"] = SecuredSite.ClientCa.Issue("prometheus", to: TestCertificate.Now.AddDays(-1)),
    };

    [Theory]
    [InlineData("NoClientCert", "", 200, 200, 200, 200)]
    [InlineData("RequestClientCert", "", 200, 200, 200, 200)]
    [InlineData("RequestClientCert", WithCa, 200, 200, 200, 200)]
    [InlineData("RequireAnyClientCert", "", 0, 200, 200, 200)]
    [InlineData("RequireClientCert", WithCa, 0, 200, 200, 200)]
    [InlineData("VerifyClientCertIfGiven", WithCa, 200, 200, 0, 0)]
    [InlineData("RequireAndVerifyClientCert", WithCa, 0, 200, 0, 0)]
    [InlineData("RequireAndVerifyClientCert", "", 0, 0, 0, 0)]
    [InlineData("RequireAndVerifyClientCert", WithCa + "  max_version: TLS12\n", 0, 200, 0, 0)]
    [InlineData("RequireAnyClientCert", "  client_allowed_sans: [grafana, prometheus]\n", 0, 200, 200, 200)]
    [InlineData("RequireAndVerifyClientCert", WithCa + "  client_allowed_sans: [prometheus]\n", 0, 200, 0, 0)]
    [InlineData("RequireAndVerifyClientCert", WithCa + "  client_allowed_sans: [Prometheus, prom]\n", 0, 0, 0, 0)]
    public async Task Clients_get_in_by_their_certificate(
        string mode, string more, int none, int ours, int foreign, int expired)
    {
        await using var secured = await SecuredSite.StartAsync($"{SecuredSite.Tls}  client_auth_type: {mode}\n{more}");

        var seen = new List<int>();
        foreach (var client in (string[])["none", "ours", "foreign", "expired"])
            seen.Add(await secured.StatusAsync(client: Clients[client]?.Certificate));

        Assert.Equal([none, ours, foreign, expired], seen);
    }

    [Fact]
    public async Task A_client_CA_file_with_only_an_intermediate_accepts_its_clients_and_not_those_of_its_root()
    {
        var intermediate = SecuredSite.ClientCa.Intermediate("intermediate");
        var ca = string.Concat(
            intermediate.Pem.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"    {line}\n"));
        await using var secured = await SecuredSite.StartAsync(
            $"{SecuredSite.Tls}  client_auth_type: RequireAndVerifyClientCert\n  client_ca: |\n{ca}");

        Assert.Equal(200, await secured.StatusAsync(client: intermediate.Issue("prometheus").Certificate));
        Assert.Equal(0, await secured.StatusAsync(client: Clients["ours"]?.Certificate));
    }

    // A client learns little more than that the connection ended.
    [Theory]
    [InlineData("none", "prometheus", "no certificate was sent.")]
    [InlineData("foreign", "prometheus", "\"CN=prometheus\" is not signed by a CA of client_ca_file (")]
    [InlineData("expired", "prometheus", "\"CN=prometheus\" is valid from ")]
    [InlineData("ours", "grafana", "\"CN=prometheus\" has none of client_allowed_sans.")]
    public async Task Why_a_client_was_refused_is_counted_and_said(string client, string allowed, string why)
    {
        using var log = new LogLines();
        await using var secured = await SecuredSite.StartAsync(
            $"{SecuredSite.Tls}  client_auth_type: RequireAndVerifyClientCert\n{WithCa}  client_allowed_sans: [{allowed}]\n", log: log);

        await secured.ConnectUntilRefusedAsync(Clients[client]?.Certificate);
        await secured.ConnectUntilRefusedAsync(Clients[client]?.Certificate);

        Assert.Equal(2, secured.Source.Refusals.Count);
        Assert.Contains($"Client certificate rejected: {why}", log.Text, StringComparison.Ordinal);
        Assert.Equal([LogLevel.Warning], log.Levels);
    }

    [Theory]
    [InlineData("", SslProtocols.Tls12, 200)]
    [InlineData("", SslProtocols.Tls13, 200)]
    [InlineData("  min_version: TLS13\n", SslProtocols.Tls12, 0)]
    [InlineData("  min_version: TLS13\n", SslProtocols.Tls13, 200)]
    [InlineData("  max_version: TLS12\n", SslProtocols.Tls12, 200)]
    [InlineData("  max_version: TLS12\n", SslProtocols.Tls13, 0)]
    public async Task Versions_are_those_of_the_file(string more, SslProtocols version, int status)
    {
        await using var secured = await SecuredSite.StartAsync(SecuredSite.Tls + more);

        Assert.Equal(status, await secured.StatusAsync(versions: version));
    }

    [Fact]
    public async Task Only_listed_suites_are_spoken_below_tls_13()
    {
        await using var secured = await SecuredSite.StartAsync(
            SecuredSite.Tls + "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n");
        await using var old = await secured.ConnectAsync(new()
        {
            TargetHost = "127.0.0.1",
            EnabledSslProtocols = SslProtocols.Tls12,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        });

        Assert.Equal(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, old.NegotiatedCipherSuite);
        Assert.Equal(200, await secured.StatusAsync(versions: SslProtocols.Tls13));
    }

    [Theory]
    [InlineData("", "1.1")]
    [InlineData("http_server_config:\n  http2: false\n", "1.1")]
    [InlineData(SecuredSite.Http2, "2.0")]
    public async Task Http2_is_offered_only_if_the_file_says_so(string more, string version)
    {
        await using var secured = await SecuredSite.StartAsync(SecuredSite.Tls + more);

        using var response = await secured.GetAsync(http: HttpVersion.Version20);

        Assert.Equal(version, response!.Version.ToString());
    }

    [Theory]
    [InlineData("1.1", true)]
    [InlineData("2.0", false)]
    public async Task A_body_is_refused_without_a_line_in_the_log(string version, bool ends)
    {
        using var log = new LogLines();
        await using var secured = await SecuredSite.StartAsync(SecuredSite.Tls + SecuredSite.Http2, logs: log);

        using var body = new StringContent("x");
        using var answer = await secured.GetAsync("/-/healthy", http: Version.Parse(version), body: body);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, version), (answer!.StatusCode, answer.Version.ToString()));
        Assert.Equal(ends, answer.Headers.ConnectionClose ?? false);
        Assert.DoesNotContain(log.Levels, level => level >= LogLevel.Warning);
        Assert.NotEmpty(log.Levels);
    }

    [Fact]
    public async Task A_certificate_that_is_renewed_is_served_from_the_next_connection_on()
    {
        await using var secured = await SecuredSite.StartAsync(SecuredSite.Tls);
        await using var before = await secured.ConnectAsync();

        var renewed = SecuredSite.Ca.Issue("127.0.0.1");
        secured.Serve(renewed);
        await using var after = await secured.ConnectAsync();

        Assert.NotEqual(renewed.Certificate.GetSerialNumberString(), before.RemoteCertificate!.GetSerialNumberString());
        Assert.Equal(renewed.Certificate.GetSerialNumberString(), after.RemoteCertificate!.GetSerialNumberString());
    }

    [Fact]
    public async Task TLS_sessions_of_our_server_are_not_resumed()
    {
        await using var secured = await SecuredSite.StartAsync(SecuredSite.Tls);
        using var tap = new TlsTap(secured.Site.Address.Port);
        // .NET remembers sessions by name, and none of an address.
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        };

        for (var connections = 0; connections < 2; connections++)
        {
            await using var tls = await secured.ConnectAsync(options, tap.Port);
            await tls.WriteAsync("GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray());
            // What a session needs to be resumed follows the handshake, and is taken when the client reads.
            await tls.CopyToAsync(Stream.Null);
        }

        Assert.Equal([false, false], tap.Resumed);
    }

    [Fact]
    public async Task Plain_http_is_told_to_use_tls()
    {
        await using var secured = await SecuredSite.StartAsync(SecuredSite.Tls);

        var answer = await secured.Site.RawAsync("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.StartsWith("HTTP/1.0 400 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handshake_that_does_not_go_on_is_ended()
    {
        await using var secured = await SecuredSite.StartAsync(
            SecuredSite.Tls, RunningSite.Limits with { Headers = TimeSpan.FromSeconds(3) });

        Assert.Equal("", await secured.Site.RawAsync("\u0016\u0003\u0001"));
        // On a busy machine a good handshake may take that long too.
        await Eventually.IsAsync(async () => await secured.StatusAsync() == 200, "others are served");
    }

    [Fact]
    public async Task Health_has_a_plain_port_of_its_own_where_certificates_are_required()
    {
        var limits = RunningSite.Limits;
        await using var secured = await SecuredSite.StartAsync(
            $"{SecuredSite.Tls}{WithCa}  client_auth_type: RequireAndVerifyClientCert\n", limits,
            new IPEndPoint(IPAddress.Loopback, 0));
        using var client = new HttpClient { BaseAddress = new(secured.Site.Urls.Last()) };

        Assert.Equal(0, await secured.StatusAsync("/-/healthy"));
        Assert.Equal("Healthy.\n", await client.GetStringAsync(new Uri("/-/healthy", UriKind.Relative)));
        foreach (var path in (string[])["/", "/metrics", "/etcd/metrics", "/-/healthy/", "/-/ready/../../metrics"])
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }
}
