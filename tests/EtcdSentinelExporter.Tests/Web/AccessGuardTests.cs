using System.Text;
using EtcdSentinelExporter.Tests.Support;
using EtcdSentinelExporter.Web;
using EtcdSentinelExporter.Web.Config;
using Xunit;

namespace EtcdSentinelExporter.Tests.Web;

public sealed class AccessGuardTests
{
    [Fact]
    public async Task Only_a_right_name_and_password_get_a_page()
    {
        await using var secured = await SecuredSite.StartAsync(SecuredSite.Users);

        Assert.Equal(401, await secured.StatusAsync());
        Assert.Equal(401, await secured.StatusAsync(password: "wrong"));
        Assert.Equal(401, await secured.StatusAsync(password: SecuredSite.Password, name: "nobody"));
        Assert.Equal(401, await secured.StatusAsync(password: SecuredSite.Password, name: "Prom"));
        Assert.Equal(200, await secured.StatusAsync(password: SecuredSite.Password));
        Assert.Equal(401, await secured.StatusAsync("/", password: "wrong"));
        Assert.Equal(401, await secured.StatusAsync("/nothing"));
        Assert.Equal(404, await secured.StatusAsync("/nothing", SecuredSite.Password));
    }

    [Theory]
    [InlineData("/-/healthy", 200)]
    [InlineData("/-/ready", 503)]
    [InlineData("/-/healthy/", 401)]
    [InlineData("/-/HEALTHY", 401)]
    [InlineData("/-/healthy/../../metrics", 401)]
    [InlineData("/-/healthy%2f..%2f..%2fmetrics", 401)]
    [InlineData("/x/../-/healthy", 200)]
    [InlineData("//-/healthy", 401)]
    [InlineData("/-/healthy?x=/metrics", 200)]
    [InlineData("/metrics?x=/-/healthy", 401)]
    [InlineData("/metrics/..;/-/healthy", 401)]
    public async Task Health_alone_is_free_whatever_the_path_looks_like(string path, int status)
    {
        await using var secured = await SecuredSite.StartAsync(SecuredSite.Users);

        var answer = await secured.Site.RawAsync($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Basic", 401)]
    [InlineData("Basic ", 401)]
    [InlineData("Basic !!!", 401)]
    [InlineData("Basic cHJvbQ==", 401)] // prom
    [InlineData("Basic cHJvbTo=", 401)] // prom:
    [InlineData("Bearer cHJvbTpVKlU=", 401)]
    [InlineData("basic cHJvbTpVKlU=", 200)]
    [InlineData("Basic cHJvbTpVKlU=", 200)]
    [InlineData("Basic cHJvbTpVKlUA", 401)] // a zero behind the password
    [InlineData("Basic cHJvbTpVKlU=\r\nAuthorization: Basic cHJvbTpVKlU=", 401)]
    public async Task Odd_headers_get_nobody_in(string authorization, int status)
    {
        await using var secured = await SecuredSite.StartAsync(SecuredSite.Users);

        var answer = await secured.Site.RawAsync(
            $"GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(status == 401, answer.Contains("WWW-Authenticate: Basic realm=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_user_who_is_taken_out_is_out_with_the_next_request()
    {
        await using var secured = await SecuredSite.StartAsync(SecuredSite.Users);
        Assert.Equal(200, await secured.StatusAsync(password: SecuredSite.Password));

        secured.Yaml = SecuredSite.Users.Replace("prom", "other", StringComparison.Ordinal);

        Assert.Equal(401, await secured.StatusAsync(password: SecuredSite.Password));
        Assert.Equal(200, await secured.StatusAsync(password: SecuredSite.Password, name: "other"));
    }

    [Fact]
    public async Task Nobody_gets_in_while_the_file_is_broken_who_did_not_before()
    {
        await using var secured = await SecuredSite.StartAsync(SecuredSite.Users);

        secured.Yaml = "basic_auth_users: [";

        Assert.Equal(401, await secured.StatusAsync());
        Assert.Equal(200, await secured.StatusAsync(password: SecuredSite.Password));
    }

    [Fact]
    public async Task Headers_stand_on_every_answer_and_win()
    {
        await using var secured = await SecuredSite.StartAsync(
            SecuredSite.Users
                + "http_server_config:\n  headers:\n    X-Frame-Options: deny\n    Content-Security-Policy: "
                + "default-src 'self'\n");

        using var refused = await secured.GetAsync();
        using var page = await secured.GetAsync("/", SecuredSite.Password);

        Assert.Equal("nosniff", Assert.Single(refused!.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("deny", Assert.Single(refused!.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("default-src 'self'", Assert.Single(page!.Headers.GetValues("Content-Security-Policy")));
    }

    [Fact]
    public async Task Requests_beyond_the_rate_are_refused_and_health_is_not()
    {
        await using var secured = await SecuredSite.StartAsync("rate_limit:\n  interval: 1h\n  burst: 2\n");

        Assert.Equal(
            (200, 200, 429), (await secured.StatusAsync(), await secured.StatusAsync(), await secured.StatusAsync()));
        Assert.Equal(200, await secured.StatusAsync("/-/healthy"));
    }

    [Fact]
    public void A_bucket_fills_with_time_and_no_further_than_its_burst()
    {
        var clock = new FakeClock();
        var gate = new RateGate(clock);
        var rate = new RequestRate(TimeSpan.FromSeconds(1), 2);
        bool[] first = [gate.TryAcquire(rate), gate.TryAcquire(rate), gate.TryAcquire(rate)];

        clock.Advance(TimeSpan.FromSeconds(1));
        bool[] second = [gate.TryAcquire(rate), gate.TryAcquire(rate)];
        clock.Advance(TimeSpan.FromSeconds(60));
        bool[] third = [gate.TryAcquire(rate), gate.TryAcquire(rate), gate.TryAcquire(rate)];

        Assert.Equal([true, true, false, true, false, true, true, false], [.. first, .. second, .. third]);
    }

    [Fact]
    public void A_password_may_hold_colons_and_a_name_may_not()
    {
        var shown = BasicCredentials.Parse("Basic " + Convert.ToBase64String("a:b:ö"u8))!;

        Assert.Equal(("a", "b:ö"), (shown.Name, Encoding.UTF8.GetString(shown.Password)));
    }
}
