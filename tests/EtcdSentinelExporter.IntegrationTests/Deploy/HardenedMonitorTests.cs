using EtcdSentinelExporter.IntegrationTests.Support;
using EtcdSentinelExporter.IntegrationTests.WebConfig;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Deploy;

/// <summary>The monitor of the overlay <c>hardened</c> in a real Prometheus that is let in by certificate and
/// password.</summary>
public sealed class HardenedMonitorTests : IDisposable
{
    private const string Name = "control-plane-sentinel";

    // The password is «U*U».
    private const string Web = """
        tls_server_config: {cert_file: s.crt, key_file: s.key}
        basic_auth_users: {prometheus: '$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'}

        """;

    private readonly WebFolder _folder = new();

    public HardenedMonitorTests()
    {
        _folder.Serve(Name);
        _folder.Write("web.yml", Web);
        _folder.Write("username", "prometheus");
        _folder.Write("password", "U*U");
    }

    public void Dispose() => _folder.Dispose();

    [KubectlFact]
    public async Task Three_jobs_are_let_in_and_each_goes_down_with_what_it_is_about()
    {
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 3 });
        await using var one = await HardenedPod.StartAsync(cluster.Members[0], _folder);
        await using var two = await HardenedPod.StartAsync(cluster.Members[1], _folder);
        await using var prometheus = await ScrapingAsync(one, two);
        await UpAsync(prometheus, "up == 1", 6);

        foreach (var job in (string[])[Name, $"{Name}-native", $"{Name}-front"])
            Assert.Equal(2, await CountAsync(prometheus, $"up{{job=\"{job}\"}} == 1"));
        foreach (var job in (string[])[Name, $"{Name}-front"])
            Assert.Equal(2, await CountAsync(prometheus, $"count by (node) (up{{job=\"{job}\",node=~\"cp-[12]\"}})"));
        Assert.Equal(2, await CountAsync(prometheus, "etcd_sentinel_member_up"));
        Assert.Equal(2, await CountAsync(prometheus, $"etcd_server_has_leader{{job=\"{Name}-native\"}}"));
        // The front's page without its own build_info and process_*: those would be taken for the exporter's.
        Assert.Equal(
            2, await CountAsync(prometheus, $"etcd_sentinel_web_config_load_success{{job=\"{Name}-front\"}} == 1"));
        Assert.Equal(2, await CountAsync(prometheus, "etcd_sentinel_web_config_load_success"));
        Assert.Equal(2, await CountAsync(prometheus, "etcd_sentinel_web_certificate_not_after_timestamp_seconds"));
        Assert.Equal(2, await CountAsync(prometheus, "etcd_sentinel_build_info"));
        Assert.Equal(0, await CountAsync(
            prometheus, $"{{job=\"{Name}-front\",__name__!~\"etcd_sentinel_web_.*|up|scrape_.*\"}}"));

        cluster.Members[0].Kill();
        two.KillExporter();
        await UpAsync(prometheus, $"up{{job=\"{Name}\"}} == 0", 1);
        await UpAsync(prometheus, $"up{{job=\"{Name}-native\"}} == 0", 2);

        Assert.Equal(1, await CountAsync(prometheus, $"up{{job=\"{Name}\",node=\"cp-1\"}} == 1"));
        Assert.Equal(2, await CountAsync(prometheus, $"up{{job=\"{Name}-front\"}} == 1"));

        _folder.Write("web.yml", Web + "foo: 1\n");
        await UpAsync(prometheus, $"etcd_sentinel_web_config_load_success{{job=\"{Name}-front\"}} == 0", 2);
        Assert.Equal(2, await CountAsync(prometheus, $"up{{job=\"{Name}-front\"}} == 1"));
    }

    [KubectlTheory]
    [InlineData("password")]
    [InlineData("username")]
    [InlineData("ca.crt")]
    [InlineData("name in the certificate")]
    public async Task With_something_else_in_the_secret_nothing_is_scraped(string wrong)
    {
        using var another = new WebFolder();
        if (wrong is "ca.crt")
            _folder.Write("ca.crt", await File.ReadAllTextAsync(Path.Combine(another.Root, "ca.crt")));
        else if (wrong is "password" or "username")
            _folder.Write(wrong, "else");
        else
            _folder.Serve("another-name");
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        await using var pod = await HardenedPod.StartAsync(cluster.Members[0], _folder);
        await using var prometheus = await ScrapingAsync(pod);

        await UpAsync(prometheus, "up == 0", 3);

        Assert.Equal(0, await CountAsync(prometheus, "{__name__=~\"etcd_.*\"}"));
    }

    private Task<Prometheus> ScrapingAsync(params HardenedPod[] pods) => Prometheus.StartAsync(OperatorConfiguration.Of(
        "hardened", _folder.Root, [.. pods.Select((pod, at) => ($"cp-{at + 1}", pod.Address))]));

    private static Task UpAsync(Prometheus prometheus, string query, int count) => Wait.UntilAsync(
        async () => await CountAsync(prometheus, query) == count, $"{count} of {query}");

    private static async Task<int> CountAsync(Prometheus prometheus, string query) =>
        (await prometheus.AskAsync(query, TimeProvider.System.GetUtcNow())).Count;
}
