# shellcheck shell=bash
# Percentiles of etcd's own histograms, from a Prometheus that scrapes them only through the exporters. Needs sentinel.sh.

# p99 FAMILY INDEX: the 99th percentile of the last five minutes in milliseconds; nothing when it is not known.
p99() {
  ask "histogram_quantile(0.99, rate($1_bucket{job=\"$NATIVE_JOB\",instance=\"$(exporter_at "$2")\"}[5m])) * 1000" |
    jq -r '.[0].value[1] // empty | select(. != "NaN") | tonumber * 100 | round / 100'
}

# native_table: one line per member; a dash for what Prometheus does not have.
native_table() {
  local i fsync commit
  printf '%-6s %12s %12s\n' NODE 'FSYNC P99' 'COMMIT P99'
  for i in "${!NODES[@]}"; do
    fsync="$(p99 etcd_disk_wal_fsync_duration_seconds "$i")"
    commit="$(p99 etcd_disk_backend_commit_duration_seconds "$i")"
    printf '%-6s %12s %12s\n' "${NODES[$i]}" "${fsync:+$fsync ms}" "${commit:+$commit ms}" | sed -E 's/ {12}( |$)/           -\1/g'
  done
}

# native_missing: the first member whose percentiles Prometheus does not have; nothing when it has all.
native_missing() {
  local i family
  for i in "${!NODES[@]}"; do
    for family in etcd_disk_wal_fsync_duration_seconds etcd_disk_backend_commit_duration_seconds; do
      [ -n "$(p99 "$family" "$i")" ] || { say "${NODES[$i]}: Prometheus has no $family"; return; }
    done
  done
}

# settle_native: until all are there, at most $PATIENCE s: a rate takes two scrapes with a write between them. Sets COMPLAINTS.
settle_native() {
  local until=$((SECONDS + PATIENCE)) turn=0
  while [ "$SECONDS" -lt "$until" ]; do
    everything_runs
    COMPLAINTS="$(native_missing)"
    [ -n "$COMPLAINTS" ] || return 0
    turn=$((turn + 1))
    etcdctl_all put /registry/demo/after "again $turn" >/dev/null || return
    sleep 1
  done
  return 1
}
