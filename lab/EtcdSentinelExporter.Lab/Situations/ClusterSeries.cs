namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>The series of a cluster: exporters, etcd's own pages, kube-state-metrics and the API server.</summary>
internal sealed class ClusterSeries(ClusterModel cluster, IReadOnlyList<double> times, Situation situation)
{
    private bool IsScraped(double at) => situation.IsWatched(at) && situation.IsScraped(at);

    private string Cluster => cluster.Cluster.Length > 0 ? $"cluster=\"{cluster.Cluster}\", " : "";

    public IEnumerable<(string Series, string Values)> All() => cluster.Replicas.SelectMany(OfReplica);

    private IEnumerable<(string Series, string Values)> OfReplica(string replica)
    {
        var more = replica.Length > 0 ? $"prometheus_replica=\"{replica}\", " : "";
        return [.. cluster.Nodes.SelectMany(node => OfNode(node, more)), .. OfKubernetes(more)];
    }

    private IEnumerable<(string Series, string Values)> OfNode(NodeModel node, string more)
    {
        var instance = $"instance=\"{node.Host}{(cluster.HasPort ? ":10379" : "")}\"";
        var name = cluster.HasNodeLabel ? $", node=\"cp-{node.Number}\"" : "";
        var labels = $"{Cluster}{more}job=\"control-plane-sentinel\", {instance}{name}";
        var target = new SeriesOf(labels, times, _ => true);
        target.Flag("up", "", at => node.IsTarget(at) && situation.IsWatched(at)
            ? node.HasExporter(at) && situation.IsScraped(at)
            : null);
        var ours = new SeriesOf(labels, times, at => node.IsTarget(at) && node.HasExporter(at) && IsScraped(at));
        new ExporterSeries(cluster, node, ours).Write();
        var host = cluster.IsExternal ? $"192.0.2.{node.Number}" : node.Host;
        var page = new SeriesOf(
            $"{Cluster}{more}job=\"kube-etcd\", instance=\"{host}{(cluster.HasPort ? ":2381" : "")}\"", times,
            at => node.HasEtcd(at) && IsScraped(at));
        new PageSeries(cluster, node, page).Write();
        return target.Written.Concat(ours.Written).Concat(page.Written);
    }

    private List<(string Series, string Values)> OfKubernetes(string more)
    {
        var kubernetes = new SeriesOf($"{Cluster}{more}job=\"kube-state-metrics\"", times, IsScraped);
        foreach (var node in cluster.Nodes.Where(_ => cluster.HasNodeLabel))
        {
            kubernetes.Flag("kube_node_role", $"node=\"cp-{node.Number}\", role=\"control-plane\"",
                at => node.IsTarget(at) ? true : null);
        }
        var api = new SeriesOf(
            $"{Cluster}{more}job=\"apiserver\", instance=\"10.0.0.11:6443\"", times,
            at => cluster.RenewsLeases(at) is not null && IsScraped(at));
        api.Count("apiserver_request_total", "verb=\"PUT\", resource=\"leases\", code=\"200\"",
            at => cluster.RenewsLeases(at) is true ? 5 : 0, _ => true);
        var burn = new SeriesOf($"{Cluster}{more}alertname=\"KubeAPIErrorBudgetBurn\"", times, _ => true);
        burn.Flag("ALERTS", "alertstate=\"firing\", severity=\"critical\", long=\"1h\", short=\"5m\"",
            at => cluster.Burns(at) ? true : null);
        return [.. kubernetes.Written, .. api.Written, .. burn.Written];
    }
}
