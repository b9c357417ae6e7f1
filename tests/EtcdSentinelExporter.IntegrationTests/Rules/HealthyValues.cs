using System.Collections.Immutable;

namespace EtcdSentinelExporter.IntegrationTests.Rules;

/// <summary>What each series of the rules' tests has in a healthy cluster.</summary>
internal static class HealthyValues
{
    private static readonly ImmutableDictionary<string, string> Table = new (string Value, string Names)[]
    {
        ("", "member_failure probe_failure certificate_load_error backup_corrupt_timestamp_seconds disk_decode_problem"),
        ("1", "build_info member_info member_up member_has_leader member_is_leader probe_success poll_success"),
        ("1", "client_credentials_load_success etcd_config_load_success web_config_load_success collector_subjects"),
        ("1", "certificate_file_present certificate_load_success certificate_issued_by_ca_file certificate_info"),
        ("1", "served_certificate_matches_file served_certificate_info etcd_config_info backup_expected"),
        ("1", "disk_role_info disk_info disk_healthy disk_write_cache_enabled disk_scan_success disk_spare_available_ratio"),
        ("1", "data_dir_state disk_read_state"),
        ("0", "member_is_learner alarm_active defrag_in_progress answer_truncated filesystem_readonly"),
        ("0", "component_restart_needed disk_critical_warning disk_command_timeouts_total disk_media_errors_total"),
        ("0", "disk_interface_crc_errors_total disk_identity_changes_total disk_pending_sectors disk_reallocated_sectors"),
        ("0", "disk_reported_uncorrectable_total disk_grown_defects disk_attributes_failing disk_io_now"),
        ("0", "io_pressure_waiting_seconds_total backup_on_etcd_disk certificate_not_before_timestamp_seconds"),
        ("0", "web_certificate_not_before_timestamp_seconds served_certificate_not_before_timestamp_seconds"),
        ("1e10", "certificate_not_after_timestamp_seconds web_certificate_not_after_timestamp_seconds"),
        ("1e10", "served_certificate_not_after_timestamp_seconds"),
        ("1e8", "db_size_bytes data_dir_bytes"), ("9e7", "db_size_in_use_bytes"), ("2e9", "db_quota_bytes"),
        ("1e11", "filesystem_size_bytes"), ("9e10", "filesystem_avail_bytes"), ("1e6", "filesystem_files disk_power_on_seconds"),
        ("9e5", "filesystem_files_free"), ("7", "member_raft_term"), ("3", "cluster_members"), ("100", "keys"),
        ("0.01", "disk_endurance_used_ratio"), ("0.1", "disk_spare_threshold_ratio"), ("30", "disk_temperature_celsius"),
        ("70", "disk_temperature_limit_celsius"), ("93600", "backup_max_age_seconds"),
        ("+1", "disk_flush_requests_total disk_writes_completed_total disk_reads_completed_total"),
        ("+0.001", "disk_flush_requests_time_seconds_total disk_write_time_seconds_total"),
        ("+0.01", "disk_io_time_seconds_total"),
        ("+1", "member_revision member_raft_index member_raft_applied_index"),
        ("+1", "compactor_last_change_timestamp_seconds backup_newest_timestamp_seconds disk_last_success_timestamp_seconds"),
    }.SelectMany(row => row.Names.Split(' ').Select(name => ($"etcd_sentinel_{name}", row.Value))).Concat(
    [
        ("up", "1"), ("kube_node_role", "1"), ("etcd_server_id", "1"), ("etcd_server_has_leader", "1"),
        ("etcd_network_active_peers", "1"), ("etcd_server_slow_apply_total", "0"),
        ("etcd_server_slow_read_indexes_total", "0"), ("apiserver_resource_objects", "1000"),
        ("apiserver_storage_objects", "1000"), ("apiserver_request_total", "+1"),
        ("apiserver_request_sli_duration_seconds_bucket", "+1"), ("apiserver_request_sli_duration_seconds_count", "+1"),
        ("etcd_disk_wal_fsync_duration_seconds_bucket", "+1"), ("etcd_disk_backend_commit_duration_seconds_bucket", "+1"),
        ("etcd_network_peer_round_trip_time_seconds_bucket", "+1"),
        // What fires beside, and what the user records for the cluster that the test is about.
        ("ALERTS", ""), ("control_plane_sentinel_optional", ""),
    ]).ToImmutableDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);

    /// <summary>A number; with a plus sign what it grows by in a second; empty if a healthy cluster has no such series.</summary>
    /// <exception cref="KeyNotFoundException">The table above has no such name.</exception>
    public static string Of(string name) => Table.TryGetValue(name, out var value)
        ? value
        : throw new KeyNotFoundException($"{name} has no line in {nameof(HealthyValues)}.");
}
