# shellcheck shell=bash
# shellcheck disable=SC2034  # read in incident.sh
STORY="certificates valid for a year: one has five days left, one 25, and one was renewed on disk and is not served yet"
LIMIT=450

# aged NODE NAME DAYS-LEFT: a certificate of 365 days that was made long ago, over the pair that is there.
aged() {
  local out="$LAB/$1/etc/kubernetes/pki/$2" day
  local past="$LAB/ca/past"
  mkdir -p "$past"
  : >"$past/index.txt"
  printf '[ca]\ndefault_ca = d\n[d]\nnew_certs_dir = %s\ndatabase = %s/index.txt\nrand_serial = yes\ndefault_md = sha256\n%s\n%s\n' \
    "$past" "$past" "policy = p" "unique_subject = no" >"$past/ca.cnf"
  printf '[p]\ncommonName = supplied\n[x]\nbasicConstraints = critical,CA:FALSE\nsubjectAltName = DNS:localhost,IP:127.0.0.1\n' \
    >>"$past/ca.cnf"
  day="$(date -u -d "$3 days" +%Y%m%d%H%M%SZ)"
  {
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -subj "/CN=$2" -keyout "$out.key" \
      -out "$past/request" &&
      openssl ca -batch -notext -config "$past/ca.cnf" -extensions x -cert "$LAB/ca/kubernetes.crt" \
        -keyfile "$LAB/ca/kubernetes.key" -in "$past/request" -out "$out.crt" -enddate "$day" \
        -startdate "$(date -u -d "$(($3 - 365)) days" +%Y%m%d%H%M%SZ)"
  } 2>"$LAB/openssl.log" || fail "openssl cannot create an old $2:
$(tail_of "$LAB/openssl.log")"
}

# restart_apiserver INDEX: it serves what is on disk now.
restart_apiserver() {
  kill "${APISERVER_PIDS[$1]}"
  wait "${APISERVER_PIDS[$1]}" 2>/dev/null || true
  start_apiserver "$1"
}

happen() {
  aged "${NODES[0]}" apiserver 5
  restart_apiserver 0
  aged "${NODES[1]}" front-proxy-client 25
  aged "${NODES[2]}" apiserver 5
  restart_apiserver 2
  sleep 1
  signed "$LAB/${NODES[2]}/etc/kubernetes/pki/apiserver" kube-apiserver 365
}
