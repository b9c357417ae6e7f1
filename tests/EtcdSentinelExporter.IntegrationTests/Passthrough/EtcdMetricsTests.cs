using System.Net;
using System.Text;
using EtcdSentinelExporter.Etcd.Page;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Passthrough;

/// <summary>etcd's own page through the exporter, against the page itself.</summary>
public sealed class EtcdMetricsTests
{
    private static readonly PassthroughFamilies Listed = PassthroughFamilies.Of([PassthroughFamilies.Default]);

    public static TheoryData<string, string> Ways
    {
        get
        {
            var ways = new TheoryData<string, string>();
            foreach (var binary in EtcdBinary.Available)
            {
                ways.Add(binary.Etcd, "basic");
                ways.Add(binary.Etcd, "extensive");
            }
            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_series_of_a_listed_family_is_there_and_nothing_else(string etcd, string metrics)
    {
        var binary = EtcdBinary.Available.Single(each => each.Etcd == etcd);
        await using var cluster = await EtcdCluster.StartAsync(
            new() { Binary = binary, ExtraFlags = [$"--metrics={metrics}"] });
        var member = cluster.Members[0];
        await using var sentinel = await Sentinel.BesideAsync(member);
        await cluster.EtcdctlAsync("put", "key", "value");
        await cluster.EtcdctlAsync("get", "key");

        var before = await SeriesAsync(member.MetricsUrl);
        var passed = await SeriesAsync(new Uri(sentinel.Address, "etcd/metrics"));
        var after = await SeriesAsync(member.MetricsUrl);

        // Series may come while a member is young; none goes.
        Assert.Empty(before.Where(IsListed).Except(passed, StringComparer.Ordinal));
        Assert.Empty(passed.Except(after.Where(IsListed), StringComparer.Ordinal));
        Assert.Equal(
            metrics is "extensive",
            passed.Exists(s => s.StartsWith("grpc_server_handling_seconds_bucket", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_page_is_read_over_the_client_port_too()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var member = cluster.Members[0];
        await using var sentinel = await Sentinel.StartAsync(
            member.Node.Root, $"--path.rootfs={member.Node.Root}",
            $"--etcd.metrics-url={new Uri(member.ClientUrl, "metrics")}");

        Assert.Contains(
            "etcd_server_has_leader", await SeriesAsync(new Uri(sentinel.Address, "etcd/metrics")),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_etcd_that_is_down_is_a_bad_gateway_and_comes_back_by_itself()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        var member = cluster.Members[0];
        await using var sentinel = await Sentinel.BesideAsync(member);
        using var http = new HttpClient();
        var page = new Uri(sentinel.Address, "etcd/metrics");

        member.Kill();
        using var down = await http.GetAsync(page);
        member.Start();
        await cluster.WaitHealthyAsync();
        using var up = await http.GetAsync(page);

        Assert.Equal((HttpStatusCode.BadGateway, HttpStatusCode.OK), (down.StatusCode, up.StatusCode));
        Assert.StartsWith(
            "Cannot read etcd's metrics:", await down.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static bool IsListed(string series) =>
        Listed.Includes(Encoding.ASCII.GetBytes(series.Split('{')[0]));

    private static async Task<List<string>> SeriesAsync(Uri page)
    {
        using var http = new HttpClient();
        return [.. Scrape.Parse(await http.GetStringAsync(page)).Samples.Select(sample => sample.Series)
            .Order(StringComparer.Ordinal)];
    }
}
