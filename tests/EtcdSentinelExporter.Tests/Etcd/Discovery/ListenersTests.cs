using EtcdSentinelExporter.Etcd.Discovery;
using EtcdSentinelExporter.Tests.Support;
using Xunit;

namespace EtcdSentinelExporter.Tests.Etcd.Discovery;

/// <summary>Where an etcd is reached, by what it listens on and advertises.</summary>
public sealed class ListenersTests : IDisposable
{
    private readonly TempNode _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("http-listener-config-file", "https://127.0.0.1:42801", "https://127.0.0.1:39957/metrics")]
    [InlineData("http-listener-environment", "https://127.0.0.1:59783", "http://127.0.0.1:36433/metrics")]
    public async Task The_listener_for_HTTP_has_the_metrics_page(string fixture, string client, string page)
    {
        var found = Assert.Single((await Discovering.FixtureAsync(fixture)).Installations);

        Assert.Equal((client, page), (found.ClientUrl, found.MetricsUrl));
    }

    [Fact]
    public async Task A_flag_names_it_too_and_the_listener_for_metrics_wins()
    {
        var http = await FoundAsync("--listen-client-http-urls=http://127.0.0.1:3");
        var both = await FoundAsync(
            "--listen-client-http-urls=http://127.0.0.1:3", "--listen-metrics-urls=http://127.0.0.1:4");

        Assert.Equal("http://127.0.0.1:3/metrics", http.MetricsUrl);
        Assert.Equal("http://127.0.0.1:4/metrics", both.MetricsUrl);
        Assert.Equal(["http://127.0.0.1:3"], both.ListenClientHttpUrls, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("wildcard-listener-unit",
        "https://127.0.0.1:45337 https://[::1]:45337 https://etcd1.example.internal:45337")]
    [InlineData("ipv6-wildcard", "http://[::1]:33595 http://127.0.0.1:33595")]
    public async Task A_wildcard_is_tried_at_loopback_in_both_families_and_then_as_advertised(
        string fixture, string urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        var found = Assert.Single((await Discovering.FixtureAsync(fixture)).Installations);

        Assert.Equal(
            urls.Split(' '), found.Alternatives.Select(other => other.ClientUrl).Prepend(found.ClientUrl));
    }

    [Fact]
    public async Task A_metrics_listener_on_a_wildcard_is_reached_where_the_member_is()
    {
        var found = await FoundAsync(
            "--listen-client-urls=https://[::]:1", "--listen-metrics-urls=http://0.0.0.0:2",
            "--advertise-client-urls=https://n1:1");

        Assert.Equal(
            ["http://[::1]:2/metrics", "http://127.0.0.1:2/metrics", "http://n1:2/metrics"],
            found.Alternatives.Select(other => other.MetricsUrl).Prepend(found.MetricsUrl));
    }

    private async Task<EtcdInstallation> FoundAsync(params string[] flags) =>
        (await _node.With(EtcdDiscovery.DefaultManifest, EtcdDiscoveryTests.Pod(flags)).DiscoverAsync()).Found!;
}
