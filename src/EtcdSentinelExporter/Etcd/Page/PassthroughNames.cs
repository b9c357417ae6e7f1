namespace EtcdSentinelExporter.Etcd.Page;

/// <summary>The families that rules and dashboards use: ours, the etcd mixin's and
/// kube-prometheus-stack's.</summary>
/// <remarks>Some exist only in newer versions or with --metrics=extensive: see docs/etcd-metrics.md.</remarks>
internal static class PassthroughNames
{
    public static ImmutableArray<string> Used { get; } =
    [
        // Identity and leader.
        "etcd_server_id", "etcd_server_version", "etcd_cluster_version",
        "etcd_server_has_leader", "etcd_server_is_leader", "etcd_server_is_learner",
        "etcd_server_leader_changes_seen_total",

        // The disk.
        "etcd_disk_wal_fsync_duration_seconds", "etcd_disk_wal_write_duration_seconds",
        "etcd_disk_wal_write_bytes_total",
        "etcd_disk_backend_commit_duration_seconds", "etcd_disk_backend_snapshot_duration_seconds",
        "etcd_disk_backend_defrag_duration_seconds", "etcd_disk_defrag_inflight",

        // The database.
        "etcd_mvcc_db_total_size_in_bytes", "etcd_mvcc_db_total_size_in_use_in_bytes",
        "etcd_server_quota_backend_bytes",
        "etcd_debugging_mvcc_current_revision", "etcd_debugging_mvcc_compact_revision",
        "etcd_debugging_mvcc_keys_total",
        "etcd_mvcc_range_total", "etcd_mvcc_put_total", "etcd_mvcc_delete_total", "etcd_mvcc_txn_total",
        "etcd_debugging_mvcc_watcher_total", "etcd_debugging_mvcc_slow_watcher_total",

        // Proposals, and causes of slow ones.
        "etcd_server_proposals_committed_total", "etcd_server_proposals_applied_total",
        "etcd_server_proposals_pending", "etcd_server_proposals_failed_total",
        "etcd_server_slow_apply_total", "etcd_server_slow_read_indexes_total", "etcd_server_read_indexes_failed_total",
        "etcd_server_heartbeat_send_failures_total",

        // Peers and clients.
        "etcd_network_peer_round_trip_time_seconds",
        "etcd_network_peer_sent_failures_total", "etcd_network_peer_received_failures_total",
        "etcd_network_peer_sent_bytes_total", "etcd_network_peer_received_bytes_total", "etcd_network_active_peers",
        "etcd_network_client_grpc_sent_bytes_total", "etcd_network_client_grpc_received_bytes_total",
        "grpc_server_started_total", "grpc_server_handled_total", "grpc_server_handling_seconds",

        // The process.
        "process_resident_memory_bytes", "process_cpu_seconds_total", "process_start_time_seconds",
        "process_open_fds", "process_max_fds",
    ];
}
