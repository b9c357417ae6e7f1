# shellcheck shell=bash
# Checks of the image, run as the manifests say. Needs container.sh, and a node of a running cluster in NODE.

# want WHAT COMMAND…: prints WHAT, or fails with the container's log.
want() {
  local what="$1"
  shift
  "$@" && { say "ok      $what"; return; }
  fail "check failed: $what. The container's log:
$(tail_of "$LOG")"
}

# shellcheck disable=SC2153  # set by run_workload
page() { curl -fs --noproxy '*' --max-time 60 "http://127.0.0.11:$PORT$1"; }
has_line() { page /metrics | grep -qE "$1"; }
nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
answers() { page "$1" >/dev/null; }
# shellcheck disable=SC2153  # set by run_workload
probed() { curl -fs --noproxy '*' --max-time 5 "http://127.0.0.1:$HEALTH_PORT$1" >/dev/null; }
not() { ! "$@"; }
has_file() { compgen -G "$1" >/dev/null; }
status_of() { awk -v key="$1:" '$1 == key { print $2 }' "/proc/$INSIDE/status"; }

# until_true COMMAND…: within $PATIENCE s.
until_true() {
  local until=$((SECONDS + PATIENCE))
  until "$@"; do
    [ "$SECONDS" -lt "$until" ] || return 1
    sleep 0.1
  done
}

# run_workload OVERLAY WORKLOAD CONTAINER: sets LOG, PORT, HEALTH_PORT and INSIDE, the process as this system sees it.
run_workload() {
  # Below the range that the kernel gives to outgoing connections.
  HEALTH_PORT=$((20000 + RANDOM % 5000)) PORT=$((25000 + RANDOM % 5000))
  LOG="$LAB/$1-$3.log"
  workload "$1" "$2" | bundle "$LAB/$1-$3" "$NODE" 127.0.0.11 "$PORT" "$HEALTH_PORT" "$3"
  start_container "sentinel-$1-$3-$$" "$LOG" "$LAB/$1-$3"
  until_true runc --root "$LAB/runc" state "sentinel-$1-$3-$$" >/dev/null 2>&1 || fail "$1 does not start:
$(tail_of "$LOG")"
  INSIDE="$(runc --root "$LAB/runc" state "sentinel-$1-$3-$$" | jq .pid)"
}

check_kubeadm() {
  local began
  began="$(date +%s%N)"
  run_workload kubeadm control-plane-sentinel exporter
  want "kubeadm: ready at the port that kubelet asks" until_true probed /-/ready
  want "kubeadm: ready at the main port too" answers /-/ready
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
  want "smart-agent: writes its folder and opens no port" until_true has_file "$NODE/run/etcd-sentinel/*.json"
  stop_containers
}

check_least_privilege() {
  local port="${LAB_METRICS_PORTS%% *}"
  # The lab's etcd is not on etcd's own ports.
  # shellcheck disable=SC2034  # read in container.sh
  local OVERRIDES="ETCDSENTINEL_ETCD_METRICS_URL=http://127.0.0.1:$port/metrics ETCDSENTINEL_ETCD_ENDPOINTS=https://127.0.0.1:${LAB_CLIENT_PORTS%% *}"
  run_workload least-privilege control-plane-sentinel exporter
  want "least privilege: ready" until_true probed /-/ready
  want "least privilege: nobody" test "$(status_of Uid)$(status_of CapBnd)" = "65534$(printf '%016d' 0)"
  want "least privilege: etcd is read off its metrics page" \
    until_true has_line '^etcd_sentinel_member_info\{.*access="metrics"'
  want "least privilege: public certificates are read" \
    until_true has_line '^etcd_sentinel_certificate_load_success\{name="etcd-server".* 1$'
  want "least privilege: keys are not" nobody test -r "$NODE/etc/kubernetes/pki/etcd/server.crt" -a \
    ! -r "$NODE/etc/kubernetes/pki/etcd/server.key"
  stop_containers
}

# The volume that kubelet creates from the overlay's secret: owned by root, readable for fsGroup. Prometheus' certificate is not in it.
tls_volumes() {
  local pki="$LAB/tls" web="$NODE/volumes/web"
  mkdir -p "$pki" "$web"
  certificate_authority "$pki" server-ca
  certificate_authority "$pki" client-ca
  signed_by "$pki" server-ca tls control-plane-sentinel serverAuth
  signed_by "$pki" client-ca prometheus prometheus clientAuth
  cp "$pki/tls.crt" "$pki/tls.key" "$pki/client-ca.crt" "$web/"
  cat >"$web/web.yml" <<'END'
tls_server_config:
  cert_file: tls.crt
  key_file: tls.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: client-ca.crt
  client_allowed_sans: [prometheus]
END
  chown -R 0:65534 "$NODE/volumes"
  chmod 0440 "$web"/*
}

# certificate_authority FOLDER NAME
certificate_authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj "/CN=$2" \
    -keyout "$1/$2.key" -out "$1/$2.crt" 2>/dev/null
}

# signed_by FOLDER CA FILE NAME USAGE
signed_by() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj "/CN=$4" \
    -addext "subjectAltName=DNS:$4" -addext basicConstraints=critical,CA:FALSE -addext "extendedKeyUsage=$5" \
    -CA "$1/$2.crt" -CAkey "$1/$2.key" -keyout "$1/$3.key" -out "$1/$3.crt" 2>/dev/null
}

# tls_page PATH [OPTION…]: the server's certificate is checked.
tls_page() {
  curl -fs --noproxy '*' --max-time 60 --cacert "$LAB/tls/server-ca.crt" \
    --connect-to "control-plane-sentinel:443:127.0.0.11:$PORT" "${@:2}" "https://control-plane-sentinel$1"
}

refuses() { ! tls_page "$@" >/dev/null 2>&1; }

check_tls() {
  local -a client=(--cert "$LAB/tls/prometheus.crt" --key "$LAB/tls/prometheus.key")
  tls_volumes
  run_workload tls control-plane-sentinel exporter
  want "tls: ready over plain HTTP, without a certificate, as kubelet asks" until_true probed /-/ready
  want "tls: no page without a client certificate" refuses /metrics
  want "tls: the page with one" grep -q ^etcd_sentinel_web_certificate_not_after <(tls_page /metrics "${client[@]}")
  want "tls: etcd's page too" grep -q ^etcd_server_has_leader <(tls_page /etcd/metrics "${client[@]}")
  want "tls: the health port serves health pages only" not probed /metrics
  stop_containers
}

# The members go on.
stop_containers() {
  local name
  for name in $(runc --root "$LAB/runc" list -q); do runc --root "$LAB/runc" kill "$name" TERM; done
  until_true none_runs || fail "a container did not end within $PATIENCE s of SIGTERM"
}

none_runs() { [ -z "$(runc --root "$LAB/runc" list -q)" ]; }
