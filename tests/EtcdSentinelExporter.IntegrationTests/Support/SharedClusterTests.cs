using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Support;

[Collection(SharedCluster.Name)]
public sealed class SharedClusterTests(SharedCluster shared)
{
    [Fact]
    public async Task All_three_members_are_started_voters()
    {
        var list = await shared.Cluster.EtcdctlAsync("member", "list");

        Assert.Equal(3, list.Trim().Split('\n').Count(line => line.Contains("started", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_refused()
    {
        var member = shared.Cluster.Members[0];
        var refused = CleanProcess.RunAsync(EtcdBinary.Default.Etcdctl,
        [
            $"--endpoints={member.ClientUrl.Authority()}", $"--cacert={member.Node.EtcdPki("ca.crt")}",
            "--command-timeout=1s", "endpoint", "health",
        ]);

        await Assert.ThrowsAsync<InvalidOperationException>(() => refused);
    }

    [Fact]
    public async Task The_manifest_names_the_port_where_the_metrics_are()
    {
        var member = shared.Cluster.Members[0];
        using var http = new HttpClient();

        var page = await http.GetStringAsync(member.MetricsUrl);

        Assert.Contains("etcd_server_has_leader 1", page, StringComparison.Ordinal);
        Assert.Contains(
            $"--listen-metrics-urls=http://127.0.0.1:{member.Ports.Metrics}",
            await File.ReadAllTextAsync(member.Node.Manifest),
            StringComparison.Ordinal);
    }
}
