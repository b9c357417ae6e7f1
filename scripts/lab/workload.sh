# shellcheck shell=bash
# The load of an API server on etcd, in small: steady writes, and its compactor. Needs cluster.sh.

COMPACTED_TO=1
COMPACTED_AT=0

# write_leases: two small writes, as kubelets renew their leases. That they fail is part of some incidents.
write_leases() {
  local lease
  for lease in 1 2; do
    etcdctl_all --command-timeout=5s put "/registry/leases/kube-node-lease/node-$lease" "renewed at $SECONDS" \
      >/dev/null 2>&1 || return 0
  done
}

# compact_like_apiserver: one round of kube-apiserver's compactor: it writes the revision of this round under its key,
# and compacts to that of the round before. kube-apiserver does it every 5 minutes; here it is every 5 seconds.
compact_like_apiserver() {
  local revision
  [ $((SECONDS - COMPACTED_AT)) -ge 5 ] || return 0
  COMPACTED_AT=$SECONDS
  revision="$(etcdctl_all --command-timeout=5s put compact_rev_key "$COMPACTED_TO" -w json 2>/dev/null |
    jq '.header.revision')" || return 0
  [ "$COMPACTED_TO" -le 1 ] || etcdctl_all --command-timeout=5s compact "$COMPACTED_TO" >/dev/null 2>&1 || true
  COMPACTED_TO="${revision:-$COMPACTED_TO}"
}

# write_values PREFIX COUNT: values of 400 kB each; 1 as soon as etcd refuses one. Sets REFUSAL.
write_values() {
  local value i
  value="$(head -c 300000 /dev/urandom | base64 -w0)"
  for ((i = 1; i <= $2; i++)); do
    # shellcheck disable=SC2034  # read in incidents/
    REFUSAL="$(printf '%s' "$value" | etcdctl_all put "$1/$i" 2>&1 >/dev/null)" || return
  done
}

# fragment: writes 24 MB, deletes most of it and compacts, as a busy API server does over days.
fragment() {
  local value i revision
  value="$(head -c 300000 /dev/urandom | base64 -w0)"
  for i in {1..60}; do
    printf '%s' "$value" | etcdctl_all put "/registry/demo/$i" >/dev/null || return
  done
  for i in {1..5}; do etcdctl_all del --prefix "/registry/demo/$i" >/dev/null || return; done
  revision="$(etcdctl_all endpoint status -w json | jq '[.[].Status.header.revision] | min')"
  etcdctl_all compact --physical "$revision" >/dev/null || return
  # etcd counts freed pages only from the next commits on, and it commits ten times a second.
  for i in {1..3}; do
    etcdctl_all put /registry/demo/after "$i" >/dev/null || return
    sleep 0.3
  done
}
