# shellcheck shell=bash
# Makes an incident happen to the lab's cluster, and prints the shipped alerts that fire. Needs all of the lab.
#
# incidents/NAME.sh describes the incident: STORY (one line), LIMIT and ATLEAST (seconds within which all alerts must
# fire, and the least duration of the watch), EARLY (alerts that may fire before), STAYS (that may not resolve meanwhile), MUST_SAY
# (alert=regex of an annotation), and functions: prepare (before anything starts), happen (once, when all is quiet),
# meanwhile (every second). incidents/expected lists the alerts that must fire, and those that may.

INCIDENTS=(nospace fragmentation dying-disk certificate no-quorum compaction-stalled)
# Seconds for which everything has to be quiet before, and for which nothing else may fire after.
QUIET=12
SETTLE=15
BEGAN=""
# shellcheck disable=SC2034  # read in alerts.sh
STORY="" LIMIT=360 ATLEAST=0 EARLY="" STAYS="" MUST_SAY=()

prepare() { :; }
happen() { :; }
meanwhile() {
  write_leases
  compact_like_apiserver
}

load_incident() {
  [[ " ${INCIDENTS[*]} healthy " == *" $1 "* ]] || fail "--incident $1: unknown incident; use one of: ${INCIDENTS[*]}" 64
  INCIDENT="$1"
  # shellcheck source=/dev/null
  . "$ROOT/scripts/lab/incidents/$1.sh"
}

# elapsed: seconds since it began; below zero before.
elapsed() { printf '%d' $((SECONDS - ${BEGAN:-$((SECONDS + 1))})); }

start_lab() {
  # Disks without a history, unless the incident is about one. Polls are frequent, so that an incident is short.
  # shellcheck disable=SC2034  # read in drives.sh
  RECORDINGS=(good-ssd good-ssd good-nvme)
  # shellcheck disable=SC2034  # read in sentinel.sh
  EXPORTER_FLAGS=(--members.every=3s --members.timeout=3s)
  # shellcheck disable=SC2034  # read in alerts.sh
  RULES="$LAB/rules"
  cp "$ROOT/scripts/lab/incidents/expected" "$LAB/expected"
  : >"$LAB/fired"
  start "$LAB/lateness" "$ROOT/scripts/lab/lateness"
  prepare
  start_cluster
  add_certificates
  start_apiservers
  stand_ins
  look_under
  start_exporters
  shorten_rules
  start_prometheus
}

# lead INDEX: that member becomes the leader.
lead() {
  local i id
  id="$(etcdctl_all member list | awk -F', ' -v name="${NODES[$1]}" '$3 == name { print $1 }')"
  # Only the leader can hand over, so each is asked.
  for i in "${!NODES[@]}"; do etcdctl_at "$i" move-leader "$id" >/dev/null 2>&1 || true; done
}

# until_quiet: every target is scraped, and nothing fires that is not expected to have done so long before.
until_quiet() {
  local until=$((SECONDS + PATIENCE)) since=$SECONDS up
  say "waiting until Prometheus sees a healthy cluster, and $QUIET s more"
  while [ $((SECONDS - since)) -lt "$QUIET" ]; do
    [ "$SECONDS" -lt "$until" ] || fail "after $PATIENCE s not every target is up, or not every member. $(what_is_down)"
    meanwhile
    time_a_write
    everything_runs
    see_alerts
    up="$(ask "sum(up) + sum(etcd_sentinel_member_up)" | jq -r '.[0].value[1] // "0"')"
    [ "$up" = $((3 * ${#NODES[@]})) ] || since=$SECONDS
    sleep 1
  done
  fired_before
}

what_is_down() { ask "up == 0 or etcd_sentinel_member_up == 0" | jq -r '.[].metric | "\(.__name__) 0: \(.instance)"'; }

# endure: until all expected alerts fire, and SETTLE seconds more; or until LIMIT is over.
endure() {
  local since=""
  while :; do
    meanwhile
    time_a_write
    see_alerts
    if [ -n "$(missing)" ]; then since=""; else since="${since:-$SECONDS}"; fi
    [ -z "$since" ] || [ $((SECONDS - since)) -lt "$SETTLE" ] || [ "$(elapsed)" -lt "$ATLEAST" ] || break
    [ "$(elapsed)" -lt "$LIMIT" ] || break
    sleep 1
  done
}

# keep_going: until Ctrl-C, so that alerts can be looked at in Prometheus.
keep_going() {
  say "The incident goes on; alerts: $PROMETHEUS/alerts. Ctrl-C stops and removes everything."
  while :; do
    meanwhile
    sleep 1
  done
}

run_incident() {
  say
  say "$INCIDENT: $STORY"
  until_quiet
  say "nothing fires."
  [ "$INCIDENT" = healthy ] || say "Now it happens."
  BEGAN=$SECONDS
  happen
  endure
  say
  show_alerts
  verdict
}
