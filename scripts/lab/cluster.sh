# shellcheck shell=bash
# Three etcd members on loopback, each in the folder of a kubeadm-like control-plane node. Needs processes.sh and LAB.

NODES=(cp-1 cp-2 cp-3)
ADDRESSES=(127.0.0.11 127.0.0.12 127.0.0.13)
CLIENT_PORTS=()
PEER_PORTS=()
METRICS_PORTS=()
ETCD_PIDS=()
# Flags beyond those of the manifest, and beyond kubeadm's in it.
ETCD_FLAGS=()
MANIFEST_FLAGS=()

# etcd_version BINARY: 3.4.23
etcd_version() { "$1" --version 2>/dev/null | awk '/^etcd Version:/ { print $3; exit }'; }

# write_manifest INDEX: the static pod manifest as kubeadm writes it. etcd's flags are nowhere else.
write_manifest() {
  local i="$1" node="$LAB/${NODES[$1]}" cluster="" n version
  for n in "${!NODES[@]}"; do cluster+="${cluster:+,}${NODES[$n]}=https://${ADDRESSES[$n]}:${PEER_PORTS[$n]}"; done
  version="$(etcd_version "$ETCD")"
  mkdir -p "$node/etc/kubernetes/manifests" "$node/var/lib/etcd"
  chmod 0700 "$node/var/lib/etcd"
  sed -e "s|@NAME@|${NODES[$i]}|g; s|@ADDRESS@|${ADDRESSES[$i]}|g; s|@CLUSTER@|$cluster|g; s|@VERSION@|$version|g" \
    -e "s|@CLIENT@|${CLIENT_PORTS[$i]}|g; s|@PEER@|${PEER_PORTS[$i]}|g; s|@METRICS@|${METRICS_PORTS[$i]}|g" \
    "$ROOT/scripts/lab/etcd.yaml.in" | flags_for "$version" | own_flags >"$node/etc/kubernetes/manifests/etcd.yaml"
  chmod 0600 "$node/etc/kubernetes/manifests/etcd.yaml"
}

# own_flags: puts MANIFEST_FLAGS behind kubeadm's.
own_flags() {
  local flag script=""
  for flag in "${MANIFEST_FLAGS[@]}"; do script+="/--snapshot-count/a\\    - $flag"$'\n'; done
  sed -e "$script"
}

# flags_for VERSION: from 3.6 on kubeadm uses the names that lost "experimental".
flags_for() {
  case "$1" in
    3.[0-5].*) cat ;;
    *) sed -e 's/--experimental-initial-corrupt-check=true/--feature-gates=InitialCorruptCheck=true/' \
      -e 's/--experimental-watch-progress/--watch-progress/' ;;
  esac
}

# command_line ROOT: the flags of the manifest, one a line, with host paths under ROOT.
command_line() {
  local flag
  while IFS= read -r flag; do
    case "$flag" in
      *=/*) printf '%s=%s%s\n' "${flag%%=*}" "$1" "${flag#*=}" ;;
      *) printf '%s\n' "$flag" ;;
    esac
  done < <(sed -n 's/^    - \(--.*\)$/\1/p' "$1/etc/kubernetes/manifests/etcd.yaml")
}

choose_ports() {
  local i
  for i in "${!NODES[@]}"; do
    free_port; CLIENT_PORTS[i]=$PORT
    free_port; PEER_PORTS[i]=$PORT
    free_port; METRICS_PORTS[i]=$PORT
  done
}

start_member() {
  local node="$LAB/${NODES[$1]}" flags
  mapfile -t flags < <(command_line "$node")
  start "$LAB/${NODES[$1]}.etcd.log" "$ETCD" "${flags[@]}" "${ETCD_FLAGS[@]}"
  ETCD_PIDS[$1]=$STARTED
}

# etcdctl_all ARGUMENTS…: asks all members, as the health checks of kubeadm do.
etcdctl_all() {
  local endpoints
  endpoints="$(printf ',https://127.0.0.1:%s' "${CLIENT_PORTS[@]}")"
  etcdctl_of "${endpoints#,}" "$@"
}

# etcdctl_of ENDPOINTS ARGUMENTS…
etcdctl_of() {
  local pki="$LAB/cp-1/etc/kubernetes/pki/etcd" endpoints="$1"
  shift
  env -i PATH="$PATH" ETCDCTL_API=3 "$ETCDCTL" --endpoints="$endpoints" --cacert="$pki/ca.crt" \
    --cert="$pki/healthcheck-client.crt" --key="$pki/healthcheck-client.key" --command-timeout=60s "$@"
}

# etcdctl_at INDEX ARGUMENTS…: asks one member.
etcdctl_at() {
  local endpoint="https://127.0.0.1:${CLIENT_PORTS[$1]}"
  shift
  etcdctl_of "$endpoint" "$@"
}

# restart_member INDEX: as kubelet does after a failed liveness probe, with a shorter grace period.
restart_member() {
  local pid="${ETCD_PIDS[$1]}" _
  kill -TERM "$pid" 2>/dev/null || true
  for _ in {1..10}; do
    runs "$pid" || break
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  start_member "$1"
}

# members_run: false as soon as a member has ended; sets NODE to its node.
members_run() {
  local i
  for i in "${!NODES[@]}"; do
    NODE="${NODES[$i]}"
    runs "${ETCD_PIDS[$i]}" || return
  done
}

# wait_healthy: 0 when all members answer, 1 when one has ended or $PATIENCE s are over.
wait_healthy() {
  local until=$((SECONDS + PATIENCE))
  while [ "$SECONDS" -lt "$until" ]; do
    members_run || return
    etcdctl_all endpoint health >"$LAB/health.log" 2>&1 && return
    sleep 0.3
  done
  return 1
}

# start_cluster: starts three healthy members, or fails. Another process may take a port after the check.
start_cluster() {
  local try i
  for i in "${!NODES[@]}"; do
    "$ROOT/scripts/lab/pki" "$LAB/ca" "$LAB/${NODES[$i]}" "${NODES[$i]}" "${ADDRESSES[$i]}"
  done
  for try in 1 2 3; do
    choose_ports
    for i in "${!NODES[@]}"; do write_manifest "$i"; done
    for i in "${!NODES[@]}"; do start_member "$i"; done
    wait_healthy && return
    members_run || ! was_taken "$LAB/$NODE.etcd.log" || [ "$try" = 3 ] || { clear_cluster; continue; }
    break
  done
  fail "the etcd cluster did not become healthy. $(blame)"
}

# blame: the log of the member that has ended, or else etcdctl's output.
blame() {
  if members_run; then
    say "etcdctl says:"
    tail_of "$LAB/health.log"
  else
    say "$NODE has ended:"
    tail_of "$LAB/$NODE.etcd.log"
  fi
}

clear_cluster() {
  stop_all
  local node
  for node in "${NODES[@]}"; do rm -rf "$LAB/$node/var/lib/etcd"; done
}
