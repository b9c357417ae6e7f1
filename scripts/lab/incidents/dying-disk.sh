# shellcheck shell=bash
# shellcheck disable=SC2034  # read in incident.sh
STORY="each fdatasync of one member takes 300 ms longer, and its drive (a RECORDING) counts command timeouts"
LIMIT=450
EARLY="DiskWearCritical DiskCommandTimeoutHistory"
# Node, disk, model, serial number, age, wear and timeouts must be in the text of the cause alert.
MUST_SAY=(
  DiskCommandTimeout='Demo SSD 2TB.* of cp-1 '
  ControlPlaneDiskIsTheCause='etcd on cp-1 .*Demo SSD 2TB.*serial number .*62247 h in use.*91% of its rated.*command timeouts'
)
TIMEOUTS=85

prepare() {
  has_disk "$LAB" ||
    cannot "dying-disk needs the members' data on a disk, and ${LAB%/*} is on none (tmpfs, overlay?); set TMPDIR to a folder that is"
  "$ROOT/scripts/lab/install" --with-strace || cannot "dying-disk needs strace, which only root can install: apt-get install strace"
  can_trace || cannot "dying-disk needs strace to attach to a process: $(tail -n 1 "$LAB/strace.log")"
  RECORDINGS=(worn-ssd good-ssd good-nvme)
}

# Its labels are those of kubernetes-mixin, which has only the cluster.
lab_rules() {
  cat <<'END'
groups:
- name: lab
  rules:
  - alert: KubeAPIErrorBudgetBurn
    expr: vector(1)
    labels: {long: 1h, short: 5m, severity: critical}
    annotations: {summary: "The API server is burning too much error budget (a rule of the lab, not of kubernetes-mixin)."}
END
}

# can_trace: strace is tried on a process of our own. In containers ptrace is often forbidden.
can_trace() {
  local code=0
  start /dev/null sleep 60
  timeout 3 strace -f -e trace=fdatasync -e inject=fdatasync:delay_exit=1 -o /dev/null -p "$STARTED" 2>"$LAB/strace.log" || code=$?
  kill "$STARTED"
  [ "$code" -eq 124 ]
}

happen() {
  lead 0
  start "$LAB/strace.log" strace -f -e trace=fdatasync -e inject=fdatasync:delay_exit=300000 -o /dev/null -p "${ETCD_PIDS[0]}"
  sleep 1
  runs "$STARTED" || fail "strace cannot delay etcd's fdatasync:
$(tail_of "$LAB/strace.log")"
  lab_rules >"$RULES/lab.rules.yaml"
  curl -fs --noproxy '*' -X POST "$PROMETHEUS/-/reload" || fail "Prometheus does not load the lab's rule"
  say "KubeAPIErrorBudgetBurn: a rule of the lab makes it fire, with kubernetes-mixin's labels; there is no API server here"
}

meanwhile() {
  write_leases
  compact_like_apiserver
  [ -z "$BEGAN" ] || count_timeout
}

# count_timeout: the drive counts one more, at most every 5 s.
count_timeout() {
  local drive="$LAB/${NODES[0]}/drive.json"
  [ $((85 + $(elapsed) / 5)) -gt "$TIMEOUTS" ] || return 0
  TIMEOUTS=$((TIMEOUTS + 1))
  jq --argjson n "$TIMEOUTS" '(.ata_smart_attributes.table[] | select(.id == 188) | .raw) = {value: $n, string: "\($n)"}' \
    "$drive" >"$drive.new" && mv "$drive.new" "$drive"
}
