# shellcheck shell=bash
# Compares Prometheus' values of the members with etcdctl's. Needs cluster.sh and sentinel.sh, running.

# table: Prometheus' values, one line for each member.
table() {
  local seen
  seen="$(ask_members)" || return 0
  {
    printf 'NODE\tMEMBER\tVERSION\tLEADER\tDB SIZE\tIN USE\tFRAGMENTED\tQUOTA\tUSED\tALARMS\tVOTERS\n'
    jq -r -L "$ROOT/scripts/lab" --argjson nodes "$(node_list)" "$(cat "$ROOT/scripts/lab/table.jq")" <<<"$seen"
  } | awk -F'\t' '{ printf "%-6s %-7s %-8s %-7s %10s %10s %11s %11s %7s  %-8s %s\n", $1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11 }'
}

node_list() { jq -cn '$ARGS.positional' --args "${NODES[@]}"; }

# compare: one line for each value that is missing or differs; nothing if Prometheus and etcdctl agree.
compare() {
  etcdctl_all endpoint status -w json >"$LAB/before.json" 2>"$LAB/etcdctl.log" || { say "etcdctl fails"; return; }
  ask_members >"$LAB/seen.json" || { say "Prometheus does not answer"; return; }
  etcdctl_all endpoint status -w json >"$LAB/after.json" 2>"$LAB/etcdctl.log" || { say "etcdctl fails"; return; }
  jq -r -L "$ROOT/scripts/lab" --argjson nodes "$(node_list)" --slurpfile before "$LAB/before.json" \
    --slurpfile after "$LAB/after.json" "$(cat "$ROOT/scripts/lab/compare.jq")" "$LAB/seen.json" || say "jq could not compare them"
}

# settle: until they agree, at most $PATIENCE s; the exporters poll every 15 s. Sets COMPLAINTS.
settle() {
  local until=$((SECONDS + PATIENCE))
  COMPLAINTS="not compared"
  while [ "$SECONDS" -lt "$until" ]; do
    everything_runs
    COMPLAINTS="$(compare)"
    [ -n "$COMPLAINTS" ] || return 0
    sleep 1
  done
  return 1
}

everything_runs() {
  members_run || fail "the etcd of $NODE has ended. Its log:
$(tail_of "$LAB/$NODE.etcd.log")"
  local i
  for i in "${!NODES[@]}"; do
    runs "${EXPORTER_PIDS[$i]}" || fail "the exporter of ${NODES[$i]} has ended. Its log:
$(tail_of "$LAB/${NODES[$i]}.exporter.log")"
  done
}
