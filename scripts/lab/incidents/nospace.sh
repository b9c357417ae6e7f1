# shellcheck shell=bash
# shellcheck disable=SC2034  # read in incident.sh
STORY="a small quota is filled by real writes, then etcd is restarted every 10 s, as an old liveness probe does"
LIMIT=360
ATLEAST=45
STAYS=EtcdNoSpaceAlarm
RESTARTED=0
RESTARTS=0

prepare() { MANIFEST_FLAGS=("--quota-backend-bytes=$((16 * 1024 * 1024))"); }

happen() {
  ! write_values /registry/events 80 || fail "etcd accepted 32 MB with a quota of 16 MiB"
  [[ "$REFUSAL" == *"database space exceeded"* ]] || fail "etcd rejects a write for another reason than space: $REFUSAL"
  say "etcd says: ${REFUSAL##*Error: }"
}

# knows_leader INDEX: the member is back. A busy machine may take longer for it than a kubelet would wait.
knows_leader() {
  etcdctl_at "$1" --command-timeout=10s endpoint status -w json 2>/dev/null | jq -e '.[0].Status.leader' >/dev/null
}

# Each member every 10 s, one after the other.
meanwhile() {
  [ -n "$BEGAN" ] || { write_leases; return; }
  [ $((SECONDS - RESTARTED)) -ge 3 ] || return 0
  [ "$RESTARTS" = 0 ] || knows_leader $(((RESTARTS - 1) % ${#NODES[@]})) || return 0
  restart_member $((RESTARTS % ${#NODES[@]}))
  RESTARTS=$((RESTARTS + 1))
  RESTARTED=$SECONDS
}
