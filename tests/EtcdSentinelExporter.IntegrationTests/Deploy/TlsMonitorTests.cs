using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using EtcdSentinelExporter.IntegrationTests.WebConfig;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Deploy;

/// <summary>The monitor of the overlay <c>tls</c> in a real Prometheus that presents a client certificate.</summary>
public sealed class TlsMonitorTests : IDisposable
{
    private const string Name = "control-plane-sentinel";

    private readonly WebFolder _folder = new();
    private readonly string _health = $"127.0.0.1:{Ports.Free().Client.ToString(CultureInfo.InvariantCulture)}";

    public TlsMonitorTests()
    {
        _folder.Serve(Name);
        _folder.Write("web.yml", """
            tls_server_config:
              cert_file: s.crt
              key_file: s.key
              client_auth_type: RequireAndVerifyClientCert
              client_ca_file: ca.crt
              client_allowed_sans: [prometheus]

            """);
        Present("prometheus");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Both_jobs_are_up_and_health_needs_no_certificate()
    {
        Kubectl.Need();
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        await using var exporter = await StartAsync(cluster.Members[0]);
        await using var prometheus = await ScrapingAsync(exporter);

        await UpAsync(prometheus, "up == 1", 2);

        foreach (var job in (string[])[Name, $"{Name}-native"])
            Assert.Equal(1, await CountAsync(prometheus, $"up{{job=\"{job}\"}} == 1"));
        Assert.Equal(1, await CountAsync(prometheus, "etcd_sentinel_web_certificate_not_after_timestamp_seconds"));
        Assert.Equal(1, await CountAsync(prometheus, $"etcd_server_has_leader{{job=\"{Name}-native\"}}"));
        using var kubelet = WebFolder.Client();
        foreach (var path in (string[])["/-/healthy", "/-/ready"])
        {
            Assert.Equal(200, await WebFolder.StatusAsync(kubelet, new($"http://{_health}{path}")));
            Assert.Equal(0, await WebFolder.StatusAsync(kubelet, new(exporter.Address, path)));
        }
    }

    [Theory]
    [InlineData("ca.crt")]
    [InlineData("client certificate")]
    [InlineData("name of the client")]
    [InlineData("name of the server")]
    public async Task With_a_wrong_secret_nothing_is_scraped(string wrong)
    {
        Kubectl.Need();
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 1 });
        if (wrong is "name of the server")
            _folder.Serve("another-name");
        await using var exporter = await StartAsync(cluster.Members[0]);
        using var secrets = new WebFolder();
        foreach (var file in (string[])["ca.crt", "tls.crt", "tls.key"])
        {
            // The one that stays as it was made is of another CA.
            if (file != wrong)
                secrets.Write(file, await File.ReadAllTextAsync(Path.Combine(_folder.Root, file)));
        }
        if (wrong is "client certificate" or "name of the client")
            Present(wrong is "client certificate" ? "prometheus" : "another", wrong is "client certificate", secrets);
        await using var prometheus = await Prometheus.StartAsync(
            OperatorConfiguration.Of("tls", secrets.Root, ("cp-1", exporter.Address)));

        await UpAsync(prometheus, "up == 0", 2);

        Assert.Equal(0, await CountAsync(prometheus, "{__name__=~\"etcd_.*\"}"));
    }

    // The pair in the secret of Prometheus.
    private void Present(string name, bool foreign = false, WebFolder? secrets = null)
    {
        using var pair = _folder.Issue(name, foreign);
        (secrets ?? _folder).Write("tls.crt", pair.ExportCertificatePem());
        (secrets ?? _folder).Write("tls.key", pair.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    private Task<WebProgram> StartAsync(MemberProcess member) => WebProgram.StartAsync(
        _folder, "ours",
        [Sentinel.Patient, $"--path.rootfs={member.Node.Root}", "--drives.enabled=false", "--members.every=2s",
            "--members.timeout=2s", $"--web.health-listen-address={_health}", "--web.config.file", _folder.Yaml]);

    private Task<Prometheus> ScrapingAsync(WebProgram exporter) =>
        Prometheus.StartAsync(OperatorConfiguration.Of("tls", _folder.Root, ("cp-1", exporter.Address)));

    private static Task UpAsync(Prometheus prometheus, string query, int count) => Wait.UntilAsync(
        async () => await CountAsync(prometheus, query) == count, $"{count} of {query}");

    private static async Task<int> CountAsync(Prometheus prometheus, string query) =>
        (await prometheus.AskAsync(query, TimeProvider.System.GetUtcNow())).Count;
}
