# shellcheck shell=bash
# Certificates of a control-plane node besides etcd's: the cluster's CA, an API server that keeps the certificate of its
# start, a client certificate valid for a day, and a kubeconfig. Needs cluster.sh and sentinel.sh.

APISERVER_PORTS=()
APISERVER_PIDS=()

# issue OUT COMMON-NAME DAYS CONSTRAINTS [SIGNER…]: OUT.crt and OUT.key.
issue() {
  local out="$1" subject="$2" days="$3" constraints="$4"
  shift 4
  printf '[req]\ndistinguished_name = name\nprompt = no\nx509_extensions = ext\n[name]\nCN = %s\n[ext]\n%s\n%s\n' \
    "$subject" "basicConstraints = critical,$constraints" "subjectAltName = DNS:localhost,IP:127.0.0.1" >"$out.request"
  openssl req -x509 -config "$out.request" -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -sha256 \
    -days "$days" -keyout "$out.key" -out "$out.crt" "$@" 2>"$LAB/openssl.log" ||
    fail "openssl cannot create $out.crt:
$(tail_of "$LAB/openssl.log")"
  rm "$out.request"
}

signed() { issue "$1" "$2" "$3" CA:FALSE -CA "$LAB/ca/kubernetes.crt" -CAkey "$LAB/ca/kubernetes.key"; }

# add_certificates: for all nodes.
add_certificates() {
  local node pki
  issue "$LAB/ca/kubernetes" kubernetes 3650 CA:TRUE
  for node in "${NODES[@]}"; do
    pki="$LAB/$node/etc/kubernetes/pki"
    cp "$LAB/ca/kubernetes.crt" "$pki/ca.crt"
    signed "$pki/apiserver" kube-apiserver 30
    signed "$pki/front-proxy-client" front-proxy-client 1
    signed "$LAB/ca/admin" kubernetes-admin 365
    write_kubeconfig "$LAB/ca/admin" >"$LAB/$node/etc/kubernetes/admin.conf"
  done
}

# write_kubeconfig PAIR: as kubeadm writes it, with everything inside.
write_kubeconfig() {
  cat <<END
apiVersion: v1
kind: Config
current-context: kubernetes-admin@kubernetes
clusters:
- name: kubernetes
  cluster: {server: 'https://127.0.0.1:6443', certificate-authority-data: $(base64 -w0 <"$LAB/ca/kubernetes.crt")}
contexts:
- {name: kubernetes-admin@kubernetes, context: {cluster: kubernetes, user: kubernetes-admin}}
users:
- name: kubernetes-admin
  user: {client-certificate-data: $(base64 -w0 <"$1.crt"), client-key-data: $(base64 -w0 <"$1.key")}
END
}

# start_apiserver INDEX: a TLS server that reads its certificate once. A real API server would need a whole Kubernetes.
start_apiserver() {
  local pki="$LAB/${NODES[$1]}/etc/kubernetes/pki"
  start "$LAB/${NODES[$1]}.apiserver.log" openssl s_server -accept "127.0.0.1:${APISERVER_PORTS[$1]}" \
    -cert "$pki/apiserver.crt" -key "$pki/apiserver.key" -quiet -WWW
  APISERVER_PIDS[$1]=$STARTED
}

start_apiservers() {
  local i
  for i in "${!NODES[@]}"; do
    free_port
    APISERVER_PORTS[i]=$PORT
    start_apiserver "$i"
  done
}

# renew_on_disk: a new certificate for each API server, which goes on to serve the old one.
renew_on_disk() {
  local node
  for node in "${NODES[@]}"; do signed "$LAB/$node/etc/kubernetes/pki/apiserver" kube-apiserver 365; done
}

ask_certificates() {
  ask "{job=\"$JOB\",__name__=~\"etcd_sentinel_(certificate_(not_after|days)|served_certificate)_.+\"}"
}

# certificates_table: days left of each file on each node, and whether its certificate is served.
certificates_table() {
  local seen
  seen="$(ask_certificates)" || return 0
  jq -r --argjson nodes "$(node_list)" "$(cat "$ROOT/scripts/lab/certificates.jq")" <<<"$seen" |
    awk -F'\t' '{ printf "%-26s %-5s %10s %10s %10s  %s\n", $1,$2,$3,$4,$5,$6 }'
}

# end_in FILE: Unix time at which the first certificate of the file expires, from openssl.
end_in() {
  case "$1" in
    *.conf) sed -n 's/.*client-certificate-data: *\([A-Za-z0-9+/=]*\).*/\1/p' "$1" | base64 -d ;;
    *) cat "$1" ;;
  esac | openssl x509 -noout -enddate | { IFS='=' read -r _ end && date -d "$end" +%s; }
}

# end_at NODE LISTENER ADDRESS: Unix time at which the certificate that is served there expires, from openssl.
end_at() {
  local pki="$LAB/$1/etc/kubernetes/pki/etcd" pair=healthcheck-client
  [ "$2" != etcd-peer ] || pair=peer
  openssl s_client -connect "$3" -cert "$pki/$pair.crt" -key "$pki/$pair.key" </dev/null 2>/dev/null | end_in /dev/stdin
}

# compare_certificates: one line for each expiry that differs from openssl's; nothing if they agree.
compare_certificates() {
  local node what where ours theirs count=0
  while IFS=$'\t' read -r node what where ours; do
    count=$((count + 1))
    case "$what" in
      file) theirs="$(end_in "$LAB/$node$where")" ;;
      *) theirs="$(end_at "$node" "$what" "$where")" ;;
    esac
    [ "$ours" = "$theirs" ] || say "$node: $where expires at $ours, openssl reads ${theirs:-nothing}"
  done < <(ask_certificates | jq -r '.[] | .metric as $m
    | if $m.__name__ == "etcd_sentinel_certificate_not_after_timestamp_seconds" and $m.index == "0"
      then [$m.node, "file", $m.path, .value[1]]
      elif $m.__name__ == "etcd_sentinel_served_certificate_not_after_timestamp_seconds"
      then [$m.node, $m.listener, $m.address, .value[1]] else empty end | @tsv')
  # Nine files and three listeners on each node.
  [ "$count" -ge $((12 * ${#NODES[@]})) ] || say "only $count certificates are seen"
}

# served NODE: 1 if its API server serves the certificate in its file, 0 if not, nothing if that is not known.
served() {
  ask "etcd_sentinel_served_certificate_matches_file{node=\"$1\",listener=\"kube-apiserver\"}" | jq -r '.[0].value[1] // ""'
}

# settle_certificates: until openssl and Prometheus agree and all renewals are seen, at most $PATIENCE s. Sets COMPLAINTS.
settle_certificates() {
  local until=$((SECONDS + PATIENCE)) node
  COMPLAINTS="not compared"
  while [ "$SECONDS" -lt "$until" ]; do
    COMPLAINTS="$(compare_certificates
    for node in "${NODES[@]}"; do
      [ "$(served "$node")" = 0 ] || say "$node: the API server's renewed certificate is not reported as unserved"
    done)"
    [ -n "$COMPLAINTS" ] || return 0
    sleep 1
  done
  return 1
}

# take_up: the API server of the first node is restarted; 0 once its new certificate shows as served.
take_up() {
  local until=$((SECONDS + PATIENCE))
  kill "${APISERVER_PIDS[0]}"
  wait "${APISERVER_PIDS[0]}" 2>/dev/null || true
  start_apiserver 0
  while [ "$SECONDS" -lt "$until" ]; do
    [ "$(served "${NODES[0]}")" != 1 ] || return 0
    sleep 1
  done
  return 1
}
