# shellcheck shell=bash
# What must hold of the image when it runs as the manifests say. Needs container.sh, cluster.sh and a running cluster.

# want WHAT COMMAND…: says it, or ends the script with the container's log.
want() {
  local what="$1"
  shift
  "$@" && { say "ok      $what"; return; }
  fail "not so: $what. The container's log:
$(tail_of "$LOG")"
}

# shellcheck disable=SC2153  # set by free_port
page() { curl -fs --noproxy '*' --max-time 5 "http://127.0.0.11:$PORT$1"; }
has_line() { page /metrics | grep -qE "$1"; }
nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
answers() { page "$1" >/dev/null; }
has_file() { compgen -G "$1" >/dev/null; }
status_of() { awk -v key="$1:" '$1 == key { print $2 }' "/proc/$INSIDE/status"; }

# until_true COMMAND…: within 20 s.
until_true() {
  local until=$((SECONDS + 20))
  until "$@"; do
    [ "$SECONDS" -lt "$until" ] || return 1
    sleep 0.1
  done
}

# run_workload OVERLAY WORKLOAD CONTAINER: sets LOG, PORT and INSIDE, the process as this system sees it.
run_workload() {
  free_port
  LOG="$LAB/$1-$3.log"
  workload "$1" "$2" | bundle "$LAB/$1-$3" "$LAB/cp-1" 127.0.0.11 "$PORT" "$3"
  start_container "sentinel-$1-$3-$$" "$LOG" "$LAB/$1-$3"
  until_true runc --root "$LAB/runc" state "sentinel-$1-$3-$$" >/dev/null 2>&1 || fail "$1 does not start:
$(tail_of "$LOG")"
  INSIDE="$(runc --root "$LAB/runc" state "sentinel-$1-$3-$$" | jq .pid)"
}

check_kubeadm() {
  local began
  began="$(date +%s%N)"
  run_workload kubeadm control-plane-sentinel exporter
  want "kubeadm: ready" until_true answers /-/ready
  say "        $((($(date +%s%N) - began) / 1000000)) ms from the manifest to ready"
  want "kubeadm: root without a capability" test "$(status_of CapEff)$(status_of CapPrm)" = "$(printf '%032d' 0)"
  want "kubeadm: seccomp filter, no new privileges" test "$(status_of Seccomp)$(status_of NoNewPrivs)" = 21
  want "kubeadm: etcd is asked over gRPC with the node's own client pair" \
    until_true has_line '^etcd_sentinel_member_info\{.*access="grpc"'
  want "kubeadm: no collector fails" test -z "$(page /metrics | grep -E '^etcd_sentinel_poll_success.* 0$')"
  want "kubeadm: certificates and kubeconfigs of root are read" \
    until_true has_line '^etcd_sentinel_certificate_load_success\{name="admin.conf".* 1$'
  want "kubeadm: /etcd/metrics passes" grep -q ^etcd_server_has_leader <(page /etcd/metrics)
  run_workload kubeadm smart-agent smart-agent
  want "smart-agent: writes its folder and opens no port" until_true has_file "$LAB/cp-1/run/etcd-sentinel/*.json"
  stop_containers
}

check_least_privilege() {
  local port="${METRICS_PORTS[0]}"
  # The lab's etcd is not on etcd's own ports.
  # shellcheck disable=SC2034  # read in container.sh
  local OVERRIDES="ETCDSENTINEL_ETCD_METRICS_URL=http://127.0.0.1:$port/metrics ETCDSENTINEL_ETCD_ENDPOINTS=https://127.0.0.1:${CLIENT_PORTS[0]}"
  run_workload least-privilege control-plane-sentinel exporter
  want "least privilege: ready" until_true answers /-/ready
  want "least privilege: nobody" test "$(status_of Uid)$(status_of CapBnd)" = "65534$(printf '%016d' 0)"
  want "least privilege: etcd is read off its metrics page" \
    until_true has_line '^etcd_sentinel_member_info\{.*access="metrics"'
  want "least privilege: public certificates are read" \
    until_true has_line '^etcd_sentinel_certificate_load_success\{name="etcd-server".* 1$'
  want "least privilege: keys are not" nobody test -r "$LAB/cp-1/etc/kubernetes/pki/etcd/server.crt" -a \
    ! -r "$LAB/cp-1/etc/kubernetes/pki/etcd/server.key"
  stop_containers
}

# What the kubelet makes of the overlay's emptyDir and secret: fsGroup's, and readable for it.
hardened_volumes() {
  local hash place="$LAB/cp-1/volumes"
  mkdir -p "$place/socket" "$place/web"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=control-plane-sentinel \
    -addext subjectAltName=DNS:control-plane-sentinel -keyout "$place/web/tls.key" -out "$place/web/tls.crt" 2>/dev/null
  # bcrypt of «a long password».
  # shellcheck disable=SC2016
  hash='$2b$10$GsOoBiefQJgyHtryP2Wa1Oh9QpfnZc6GTVo2aK2Alxmx5qiXXbro.'
  printf 'tls_server_config: {cert_file: tls.crt, key_file: tls.key}\nbasic_auth_users: {prometheus: "%s"}\n' "$hash" \
    >"$place/web/web.yml"
  chown -R 0:65534 "$place"
  chmod 2777 "$place/socket"
  chmod 0440 "$place"/web/*
}

# front_says STATUS PATH [OPTION…]: within 20 s; the certificate is checked.
front_says() {
  local status="$1" path="$2"
  shift 2
  until_true front_said "$status" "$path" "$@"
}

front_said() {
  [ "$(curl -s --noproxy '*' --max-time 5 -o /dev/null -w '%{http_code}' --cacert "$LAB/cp-1/volumes/web/tls.crt" \
    --connect-to "control-plane-sentinel:443:127.0.0.11:$PORT" "${@:3}" "https://control-plane-sentinel$2")" = "$1" ]
}

socket_is() { [ "$(stat -c '%a %u:%g' "$LAB/cp-1/volumes/socket/exporter.sock" 2>/dev/null)" = "$1" ]; }

# The command of the manifest's liveness probe, in the exporter's container, as its user and with its filter.
probe_is_well() {
  local -a command
  mapfile -t command < <(workload hardened control-plane-sentinel |
    jq -r '.spec.template.spec.containers[] | select(.name == "exporter").livenessProbe.exec.command[]')
  [ "${#command[@]}" -gt 0 ] && runc --root "$LAB/runc" exec "sentinel-hardened-exporter-$$" "${command[@]}" >/dev/null 2>&1
}

check_hardened() {
  hardened_volumes
  run_workload hardened control-plane-sentinel exporter
  want "hardened: the exporter's socket is for its owner and the front's group" until_true socket_is "660 0:65534"
  want "hardened: the exporter says at its socket that it is healthy, as kubelet asks" until_true probe_is_well
  run_workload hardened control-plane-sentinel front
  want "hardened: the front is nobody, without a capability" test "$(status_of Uid)$(status_of CapBnd)" = "65534$(printf '%016d' 0)"
  want "hardened: ready without a password, as kubelet asks" front_says 200 /-/ready
  want "hardened: no page without a password" front_says 401 /metrics
  want "hardened: nor with a wrong one" front_says 401 /metrics -u prometheus:wrong
  want "hardened: the page, through front and socket" front_says 200 /metrics -u 'prometheus:a long password'
  want "hardened: etcd's page too" front_says 200 /etcd/metrics -u 'prometheus:a long password'
  want "hardened: what the front says of its own certificate" front_says 200 /front/metrics -u 'prometheus:a long password'
  stop_containers
}

# The members go on.
stop_containers() {
  local name
  for name in $(runc --root "$LAB/runc" list -q); do runc --root "$LAB/runc" kill "$name" TERM; done
  until_true none_runs || fail "a container did not end within 20 s of SIGTERM"
}

none_runs() { [ -z "$(runc --root "$LAB/runc" list -q)" ]; }
