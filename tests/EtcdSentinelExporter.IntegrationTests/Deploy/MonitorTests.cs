using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Deploy;

/// <summary>The monitors' relabelling in a real Prometheus, in front of real exporters and a real etcd.</summary>
public sealed class MonitorTests
{
    private const string Ours = "control-plane-sentinel";

    public static TheoryData<string, string> Monitors => new()
    {
        { "kube-prometheus", "control-plane-sentinel-native" },
        { "podmonitor", "control-plane-sentinel-native" },
        { "kube-prometheus-stack", "kube-etcd" },
    };

    [Theory]
    [MemberData(nameof(Monitors))]
    public async Task Both_jobs_are_there_the_node_is_known_and_up_of_ours_stands_while_etcd_is_down(
        string overlay, string native)
    {
        Kubectl.Need();
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 3 });
        await using var one = await Sentinel.BesideAsync(cluster.Members[0]);
        await using var two = await Sentinel.BesideAsync(cluster.Members[1]);
        await using var prometheus = await Prometheus.StartAsync(
            OperatorConfiguration.Of(overlay, ("cp-1", one.Address), ("cp-2", two.Address)));
        await Wait.UntilAsync(async () => await CountAsync(prometheus, "up == 1") == 4, "all four targets are up");

        var up = (await prometheus.AskAsync("up", TimeProvider.System.GetUtcNow())).Keys.Select(Labels).ToArray();
        Assert.Equal(4, up.Select(labels => string.Join(',', labels)).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal([native, native, Ours, Ours], up.Select(labels => labels["job"]).OrderBy(job => job == Ours));
        Assert.DoesNotContain("etcd", Ours, StringComparison.Ordinal);
        Assert.Equal(
            ["cp-1", "cp-2"],
            up.Where(labels => labels["job"] == Ours).Select(labels => labels["node"]).Order(StringComparer.Ordinal));
        Assert.All(up.Where(labels => labels["job"] == native), labels => Assert.DoesNotContain("node", labels.Keys));
        Assert.Equal(2, await CountAsync(prometheus, $"etcd_sentinel_member_up{{job=\"{Ours}\"}}"));
        Assert.Equal(2, await CountAsync(prometheus, $"etcd_server_has_leader{{job=\"{native}\"}}"));

        cluster.Members[0].Kill();
        await Wait.UntilAsync(
            async () => await CountAsync(prometheus, $"up{{job=\"{native}\"}} == 0") == 1, "etcd's target is down");

        Assert.Equal(2, await CountAsync(prometheus, $"min_over_time(up{{job=\"{Ours}\"}}[5m]) == 1"));
        Assert.Equal(0, await CountAsync(prometheus, $"changes(process_start_time_seconds{{job=\"{Ours}\"}}[5m]) > 0"));
    }

    private static async Task<int> CountAsync(Prometheus prometheus, string query) =>
        (await prometheus.AskAsync(query, TimeProvider.System.GetUtcNow())).Count;

    private static Dictionary<string, string> Labels(string series) => series.Split(',')
        .Select(label => label.Split('=', 2))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
}
