using System.Collections.Immutable;

namespace EtcdSentinelExporter.IntegrationTests.Passthrough;

/// <summary>What the alerts of the etcd mixin compare with their thresholds: for machines that do not have the mixin,
/// and for the sides of a comparison between two series.</summary>
internal static class MixinParts
{
    public static ImmutableArray<string> All { get; } =
    [
        "sum without (instance) (up{job=~\".*etcd.*\"} == bool 0)",
        "sum without (instance) (rate(etcd_network_peer_sent_failures_total{job=~\".*etcd.*\"}[120s]))",
        "sum(up{job=~\".*etcd.*\"} == bool 1) without (instance)",
        "(count(up{job=~\".*etcd.*\"}) without (instance) + 1) / 2",
        "etcd_server_has_leader{job=~\".*etcd.*\"}",
        "increase((max without (instance) (etcd_server_leader_changes_seen_total{job=~\".*etcd.*\"}))[15m:1m])",
        "sum(rate(grpc_server_handled_total{job=~\".*etcd.*\", grpc_code=\"OK\"}[5m])) without (grpc_type, grpc_code) "
            + "/ sum(rate(grpc_server_handled_total{job=~\".*etcd.*\"}[5m])) without (grpc_type, grpc_code)",
        "histogram_quantile(0.99, sum(rate(grpc_server_handling_seconds_bucket{job=~\".*etcd.*\", "
            + "grpc_method!=\"Defragment\", grpc_type=\"unary\"}[5m])) without(grpc_type))",
        "histogram_quantile(0.99, rate(etcd_network_peer_round_trip_time_seconds_bucket{job=~\".*etcd.*\"}[5m]))",
        "rate(etcd_server_proposals_failed_total{job=~\".*etcd.*\"}[15m])",
        "histogram_quantile(0.99, rate(etcd_disk_wal_fsync_duration_seconds_bucket{job=~\".*etcd.*\"}[5m]))",
        "histogram_quantile(0.99, rate(etcd_disk_backend_commit_duration_seconds_bucket{job=~\".*etcd.*\"}[5m]))",
        "last_over_time(etcd_mvcc_db_total_size_in_bytes{job=~\".*etcd.*\"}[5m]) "
            + "/ last_over_time(etcd_server_quota_backend_bytes{job=~\".*etcd.*\"}[5m])",
        "predict_linear(etcd_mvcc_db_total_size_in_bytes{job=~\".*etcd.*\"}[4h], 4*60*60)",
        "etcd_server_quota_backend_bytes{job=~\".*etcd.*\"}",
        "last_over_time(etcd_mvcc_db_total_size_in_use_in_bytes{job=~\".*etcd.*\"}[5m]) "
            + "/ last_over_time(etcd_mvcc_db_total_size_in_bytes{job=~\".*etcd.*\"}[5m])",
    ];
}
