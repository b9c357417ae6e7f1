using System.Globalization;
using System.Text;
using Xunit;

namespace EtcdSentinelExporter.IntegrationTests.Rules;

/// <summary>Beside the rules that most clusters already have: none of them may page because of our targets.</summary>
public sealed class PeerRulesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("etcd-sentinel-peers-").FullName;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_alert_of_the_etcd_mixin_fires_because_our_exporters_are_down(bool asInTheStack)
    {
        var peers = asInTheStack ? PeerRules.OfTheStack(_folder) : PeerRules.OfTheMixin(_folder);

        Assert.Equal("", await FiredAsync(peers, "control-plane-sentinel"));
        Assert.Equal("", await FiredAsync(peers, "control-plane-sentinel-native"));
    }

    [Fact]
    public async Task No_alert_of_kubernetes_mixin_or_node_mixin_fires_because_our_exporters_are_down()
    {
        foreach (var peers in PeerRules.OfKubernetes(_folder))
            Assert.Equal("", await FiredAsync(peers, "control-plane-sentinel"));
    }

    // Else the test above would prove nothing: with an unlucky name of the job the very same targets do page.
    [Fact]
    public async Task With_etcd_in_the_name_of_our_job_the_mixin_would_fire()
    {
        var fired = await FiredAsync(PeerRules.OfTheMixin(_folder), "etcd-sentinel-exporter");

        Assert.Contains("etcdInsufficientMembers", fired, StringComparison.Ordinal);
        Assert.Contains("etcdMembersDown", fired, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What promtool says against "nothing fires", for three of our targets beside three
    /// healthy members.</summary>
    private async Task<string> FiredAsync(PeerRules peers, string job)
    {
        var file = Path.Combine(_folder, "test.yaml");
        await File.WriteAllTextAsync(file, Test(peers, job));
        try
        {
            await CleanProcess.RunAsync(Tools.Find("promtool"), ["test", "rules", file]);
            return "";
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    private static string Test(PeerRules peers, string job)
    {
        var test = new StringBuilder(
            $"rule_files: [{peers.File}]\nevaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n");
        foreach (var node in new[] { 1, 2, 3 })
        {
            var ours = $$"""job="{{job}}", instance="10.0.0.{{node}}:10379", namespace="monitoring", pod="sentinel-{{node}}", node="cp-{{node}}", cluster="c" """;
            var etcd = $$"""job="kube-etcd", instance="10.0.0.{{node}}:2381", namespace="kube-system", pod="etcd-cp-{{node}}", service="kube-etcd", endpoint="http-metrics" """;
            foreach (var (series, values) in Series(ours, etcd))
                test.Append(CultureInfo.InvariantCulture, $"  - series: '{series}'\n    values: {values}\n");
        }
        test.Append("  alert_rule_test:\n");
        foreach (var alert in peers.Alerts)
        {
            test.Append(CultureInfo.InvariantCulture,
                $"  - eval_time: 25m\n    alertname: {alert}\n  - eval_time: 90m\n    alertname: {alert}\n");
        }

        return test.ToString();
    }

    // What our targets show, the passed-on page included; and the members themselves, which are well.
    private static IEnumerable<(string Series, string Values)> Series(string ours, string etcd) =>
    [
        ($"up{{{ours}}}", "0x100"),
        ($"etcd_sentinel_member_up{{{ours}}}", "0x100"),
        ($"process_resident_memory_bytes{{{ours}}}", "50000000+100000x100"),
        ($"process_open_fds{{{ours}}}", "99x100"),
        ($"process_max_fds{{{ours}}}", "100x100"),
        ($"etcd_server_has_leader{{{ours}}}", "0x100"),
        ($"etcd_server_proposals_failed_total{{{ours}}}", "0+6000x100"),
        ($"etcd_server_leader_changes_seen_total{{{ours}}}", "0+1x100"),
        ($"etcd_network_peer_sent_failures_total{{{ours}, To=\"x\"}}", "0+600x100"),
        ($"etcd_mvcc_db_total_size_in_bytes{{{ours}}}", "2100000000x100"),
        ($"etcd_mvcc_db_total_size_in_use_in_bytes{{{ours}}}", "200000000x100"),
        ($"etcd_server_quota_backend_bytes{{{ours}}}", "2147483648x100"),
        ($"up{{{etcd}}}", "1x100"),
        ($"etcd_server_has_leader{{{etcd}}}", "1x100"),
        ($"etcd_server_leader_changes_seen_total{{{etcd}}}", "1x100"),
        ($"etcd_mvcc_db_total_size_in_bytes{{{etcd}}}", "100000000x100"),
        ($"etcd_mvcc_db_total_size_in_use_in_bytes{{{etcd}}}", "90000000x100"),
        ($"etcd_server_quota_backend_bytes{{{etcd}}}", "2147483648x100"),
    ];
}
