# shellcheck shell=bash
# Series of clusters that do not exist, for measurements and odd cases. Needs CLUSTERS and MEMBERS.

# series: one page with the series of all exporters, etcd members, API servers and kube-state-metrics. The values are
# healthy: every comparison has data, and nothing fires.
series() {
  awk -v clusters="$CLUSTERS" -v members="$MEMBERS" '
    function ours(name, labels, value) { printf "etcd_sentinel_%s{%s%s} %s\n", name, T, labels == "" ? "" : "," labels, value }
    function of(name, value) { ours(name, E, value) }
    function histogram(name, labels, from, n,    i, le) {
      le = from
      for (i = 1; i <= n; i++) { printf "%s_bucket{%s,le=\"%g\"} %d\n", name, labels, le, (i > 3 ? 1000 : i * 250); le *= 2 }
      printf "%s_bucket{%s,le=\"+Inf\"} 1000\n", name, labels
    }
    function member(    i, j, n, k, role) {
      ours("build_info", "version=\"0.1.0\"", 1)
      printf "kube_node_role{cluster=\"%s\",job=\"kube-state-metrics\",instance=\"k:8080\",node=\"%s\",role=\"control-plane\"} 1\n", c, node
      n = split("members certificates drives storage", part, " ")
      for (i = 1; i <= n; i++) ours("poll_success", "collector=\"" part[i] "\"", 1)
      E = "etcd_endpoint=\"https://127.0.0.1:2379\""
      of("member_up", 1); of("member_has_leader", 1); of("member_is_learner", 0); of("member_raft_term", 4)
      of("member_raft_index", 50000); of("member_raft_applied_index", 50000); of("member_revision", 40000)
      of("db_size_bytes", 9e8); of("db_size_in_use_bytes", 6e8); of("db_quota_bytes", 2147483648)
      of("compactor_last_change_timestamp_seconds", 4e9); of("client_credentials_load_success", 1)
      ours("etcd_config_load_success", "", 1); ours("web_config_load_success", "", 1)
      ours("etcd_config_info", "installation=\"static-pod\",data_dir=\"/var/lib/etcd\"", 1)
      ours("member_info", E ",member=\"" node "\",member_id=\"" node "\",cluster_id=\"" c "\",version=\"3.5.16\",access=\"grpc\"", 1)
      n = split("voter learner unstarted", role_of, " ")
      for (i = 1; i <= n; i++) ours("cluster_members", E ",role=\"" role_of[i] "\"", i == 1 ? members : 0)
      n = split("status serializable_read linearizable_read member_list", probe, " ")
      for (i = 1; i <= n; i++) ours("probe_success", E ",probe=\"" probe[i] "\"", 1)
      for (j = 1; j <= members; j++) {
        ours("alarm_active", E ",member_id=\"" c "-" j "\",alarm=\"NOSPACE\"", 0)
        ours("alarm_active", E ",member_id=\"" c "-" j "\",alarm=\"CORRUPT\"", 0)
      }
      certificates(); disks(); native()
    }
    function certificates(    i, F) {
      for (i = 1; i <= 20; i++) {
        F = "name=\"cert-" i "\",path=\"/etc/kubernetes/pki/" i ".crt\""
        ours("certificate_not_after_timestamp_seconds", F ",kind=\"" (i > 17 ? "ca" : "leaf") "\",index=\"0\"", 4e9)
        ours("certificate_not_before_timestamp_seconds", F ",kind=\"" (i > 17 ? "ca" : "leaf") "\",index=\"0\"", 1e9)
        ours("certificate_info", F ",kind=\"" (i > 17 ? "ca" : "leaf") "\",index=\"0\",sha256=\"" i "\"", 1)
        ours("certificate_file_present", F ",required=\"true\"", 1)
        ours("certificate_load_success", F, 1)
        ours("certificate_issued_by_ca_file", F ",ca=\"ca\"", 1)
        ours("component_restart_needed", F ",component=\"etcd\"", 0)
      }
      for (i = 1; i <= 4; i++) {
        ours("served_certificate_not_after_timestamp_seconds", "listener=\"l" i "\",address=\"127.0.0.1:" i "\"", 4e9)
        ours("served_certificate_not_before_timestamp_seconds", "listener=\"l" i "\",address=\"127.0.0.1:" i "\"", 1e9)
        ours("served_certificate_matches_file", "listener=\"l" i "\",address=\"127.0.0.1:" i "\",name=\"cert-" i "\"", 1)
      }
    }
    function disks(    d, D, i, n) {
      for (d = 1; d <= 2; d++) {
        D = "device=\"sd" d "\",serial=\"" node "-" d "\""
        ours("disk_info", D ",model=\"SSD\",family=\"F\",protocol=\"ATA\"", 1)
        n = split("disk_healthy:1 disk_command_timeouts_total:0 disk_endurance_used_ratio:0.1 disk_power_on_seconds:1e7" \
          " disk_media_errors_total:0 disk_pending_sectors:0 disk_interface_crc_errors_total:0 disk_temperature_celsius:30" \
          " disk_temperature_limit_celsius:70 disk_spare_available_ratio:1 disk_spare_threshold_ratio:0.1" \
          " disk_last_success_timestamp_seconds:4e9 disk_flush_requests_total:100 disk_flush_requests_time_seconds_total:0.1" \
          " disk_writes_completed_total:100 disk_write_time_seconds_total:0.1 disk_io_time_seconds_total:10" \
          " disk_write_cache_enabled:1 disk_flush_latency_seconds:0.001 disk_utilisation_ratio:0.1", values, " ")
        for (i = 1; i <= n; i++) { split(values[i], pair, ":"); ours(pair[1], D, pair[2]) }
        ours("disk_role_info", D ",role=\"" (d == 1 ? "etcd_data" : "root") "\",owner=\"\",path=\"/p" d "\",via=\"partition\"", 1)
        ours("disk_role_resolved", "role=\"" (d == 1 ? "etcd_data" : "root") "\",owner=\"\",path=\"/p" d "\"", 1)
        n = split("ok failed hung waiting", state, " ")
        for (i = 1; i <= n; i++) ours("disk_read_state", D ",state=\"" state[i] "\"", i == 1)
      }
      ours("filesystem_size_bytes", "role=\"etcd_data\",path=\"/p1\"", 1e11)
      ours("filesystem_avail_bytes", "role=\"etcd_data\",path=\"/p1\"", 8e10)
      ours("data_dir_bytes", "path=\"/p1\",part=\"backend\"", 9e8)
    }
    function native(    N, j) {
      N = sprintf("cluster=\"%s\",job=\"control-plane-sentinel-native\",instance=\"%s:10379\"", c, address)
      printf "etcd_server_id{%s,server_id=\"%s\"} 1\n", N, node
      printf "etcd_server_heartbeat_send_failures_total{%s} 0\n", N
      printf "etcd_server_slow_apply_total{%s} 5\netcd_server_slow_read_indexes_total{%s} 0\n", N, N
      histogram("etcd_disk_wal_fsync_duration_seconds", N, 0.001, 14)
      histogram("etcd_disk_backend_commit_duration_seconds", N, 0.001, 14)
      for (j = 1; j <= members; j++) if (c "-" j != node) histogram("etcd_network_peer_round_trip_time_seconds", N ",To=\"" c "-" j "\"", 0.0001, 16)
      for (j = 1; j <= 60; j++) apiserver("group=\"g\",resource=\"r" j "\"")
    }
    function apiserver(R,    A) {
      A = sprintf("cluster=\"%s\",job=\"apiserver\",instance=\"%s:6443\",%s", c, address, R)
      printf "apiserver_resource_objects{%s} 100\n", A
      A = A ",verb=\"LIST\",scope=\"namespace\""
      printf "apiserver_request_sli_duration_seconds_bucket{%s,le=\"5\"} 100\n", A
      printf "apiserver_request_sli_duration_seconds_bucket{%s,le=\"+Inf\"} 100\n", A
      printf "apiserver_request_sli_duration_seconds_count{%s} 100\n", A
    }
    BEGIN {
      for (i = 1; i <= clusters; i++) for (m = 1; m <= members; m++) {
        c = "c" i; node = c "-" m; address = sprintf("10.%d.%d.%d", i / 250, i % 250, m)
        T = sprintf("cluster=\"%s\",job=\"control-plane-sentinel\",instance=\"%s:10379\",node=\"%s\"", c, address, node)
        member()
      }
    }' | sort -s -t'{' -k1,1
}

# recorded PAGE: the series that the rules would record from it.
recorded() {
  awk -v members="$MEMBERS" '
    function label(name) { return match($0, name "=\"[^\"]*\"") ? substr($0, RSTART, RLENGTH) : "" }
    function inside(name,    t) { t = label(name); gsub(/^[^"]*"|"$/, "", t); return t }
    function say(name, labels, value) { printf "control_plane_sentinel:%s{%s} %s\n", name, labels, value }
    {
      cluster = label("cluster"); instance = label("instance"); node = label("node")
      host = inside("instance"); sub(/:.*/, "", host); host = "host=\"" host "\""
      member = inside("node"); cluster_id = "cluster_id=\"" inside("cluster") "\""
      member = cluster "," cluster_id ",member_id=\"" member "\",member=\"" member "\""
      disk = cluster "," host "," instance "," node "," label("device") "," label("serial")
    }
    /^etcd_sentinel_member_info/ {
      say("member:info", member "," instance "," label("etcd_endpoint"), 1); say("member_up:last10m", member, 1)
      say("member_is_learner:last10m", member, 0); say("host_node:info", cluster "," host "," node, 1)
      say("wal_fsync_seconds:p99_5m", cluster "," host, 0.004); say("backend_commit_seconds:p99_5m", cluster "," host, 0.01)
      if (!seen[cluster]++) {
        say("cluster_voters:min", cluster "," cluster_id, members)
        say("cluster_voters_reachable:count", cluster "," cluster_id, members)
        say("raft_term:max", cluster "," cluster_id, 4); say("revision:max", cluster "," cluster_id, 40000)
      }
    }
    /^etcd_sentinel_db_(size|quota|size_in_use)_bytes/ {
      name = $0; sub(/^etcd_sentinel_/, "", name); sub(/\{.*/, "", name); say(name ":last10m", member, $NF)
      if (name == "db_size_bytes") { say("db_quota_used:ratio", member, 0.4); say("db_quota_live:ratio", member, 0.3) }
    }
    /^etcd_sentinel_alarm_active/ { say("alarm_active:last10m", cluster "," cluster_id "," label("member_id") "," label("alarm"), 0) }
    /^etcd_sentinel_certificate_not_after/ {
      of = cluster "," instance "," node "," label("name") "," label("kind") "," label("path") "," label("index")
      say("certificate_remaining:seconds", of, 2e7); say("certificate_lifetime:seconds", of, 3e7)
    }
    /^etcd_sentinel_disk_info/ { say("disk_model:info", cluster "," host "," instance "," label("device") "," label("serial") "," label("model"), 1) }
    /^etcd_sentinel_disk_role_info/ {
      say("disk_role:info", disk "," label("role") "," label("owner") "," label("path"), 1)
      if (/etcd_data/) { say("etcd_disk_flush_seconds:rate5m", disk, 0.001)
        say("etcd_disk_command_timeouts:increase1h", cluster "," host "," label("device") "," label("serial"), 0) }
    }' "$1" | sort -u
}
