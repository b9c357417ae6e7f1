namespace EtcdSentinelExporter.Lab.Situations;

/// <summary>etcd's own page, as far as rules read it.</summary>
internal sealed class PageSeries(ClusterModel cluster, NodeModel node, SeriesOf page)
{
    private static readonly (string Le, int Milliseconds)[] Buckets =
        [("0.004", 4), ("0.032", 32), ("0.064", 64), ("0.128", 128), ("0.256", 256), ("0.512", 512), ("+Inf", int.MaxValue)];

    public void Write()
    {
        page.Flag("etcd_server_id", $"server_id=\"{node.MemberId}\"", _ => true);
        page.Flag("etcd_server_has_leader", "", at => cluster.HasQuorum(at));
        foreach (var (le, milliseconds) in Buckets)
        {
            Histogram("etcd_disk_wal_fsync_duration_seconds_bucket", le, at => node.Fsync(at) <= milliseconds);
            Histogram("etcd_disk_backend_commit_duration_seconds_bucket", le, at => node.Fsync(at) <= milliseconds);
        }
        foreach (var peer in cluster.Nodes.Where(peer => peer.Number != node.Number))
        {
            page.Flag("etcd_network_active_peers", $"Local=\"{node.MemberId}\", Remote=\"{peer.MemberId}\"",
                at => peer.HasEtcd(at));
        }
        page.Count("etcd_server_slow_apply_total", "", _ => 0, _ => true);
        page.Count("etcd_server_slow_read_indexes_total", "", _ => 0, _ => true);
    }

    // Writes are fewer while each takes long.
    private void Histogram(string name, string le, At<bool> isIn) => page.Count(
        name, $"le=\"{le}\"", at => isIn(at) ? (node.Fsync(at) > 100 ? 3 : 15) : 0, _ => true);
}
