# shellcheck shell=bash
# One exporter per node and one Prometheus that scrapes them. Needs processes.sh, cluster.sh and LAB.

JOB=control-plane-sentinel
NATIVE_JOB=control-plane-sentinel-native
EXPORTER_PORTS=()
EXPORTER_PIDS=()
# Flags beyond those of the demo.
EXPORTER_FLAGS=()
# Where Prometheus finds its rules.
RULES="$ROOT/rules"

# publish_exporter: the file that is released. Sets EXPORTER.
publish_exporter() {
  "$ROOT/scripts/publish" --this-glibc --output "$ARTIFACTS/publish"
  EXPORTER="$ARTIFACTS/publish/etcd-sentinel-exporter"
}

# build_exporter: an ordinary build, only if a source is newer than the existing builds. Sets EXPORTER.
build_exporter() {
  local build
  # The apphost looks for .NET in fewer places than the shell.
  DOTNET_ROOT="$(dirname "$(readlink -f "$(command -v dotnet)")")"
  export DOTNET_ROOT
  for build in "$ARTIFACTS" "$ARTIFACTS/demo"; do
    EXPORTER="$build/bin/EtcdSentinelExporter/release/etcd-sentinel-exporter"
    [ -e "$EXPORTER.dll" ] && [ -z "$(find "$ROOT/src" "$ROOT/docs/runbooks" "$ROOT"/Directory.*.props "$ROOT/global.json" \
      -newer "$EXPORTER.dll" -print -quit)" ] && return
  done
  say "building the exporter (an ordinary build, which runs on the .NET of this machine; the released file is native code: scripts/publish)"
  # Separate output folder: a build without analyzers must not replace one with analyzers.
  attended env MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 \
    dotnet build "$ROOT/src/EtcdSentinelExporter" -c Release --artifacts-path "$ARTIFACTS/demo" -p:UseSharedCompilation=false \
    -p:RunAnalyzers=false >"$ARTIFACTS/demo.log" 2>&1 ||
    fail "dotnet build failed:
$(tail_of "$ARTIFACTS/demo.log")"
  touch "$EXPORTER.dll"
}

# wait_for URL PID: until it answers; 1 when the process has ended or $PATIENCE s are over.
wait_for() {
  local until=$((SECONDS + PATIENCE))
  while [ "$SECONDS" -lt "$until" ] && runs "$2"; do
    curl -fs --noproxy '*' --max-time 30 -o /dev/null "$1" && return
    sleep 0.2
  done
  return 1
}

# start_listener LOG URL COMMAND…: starts it on a free port, @PORT@ in URL and command, and waits until URL answers.
start_listener() {
  local log="$1" url="$2" _
  shift 2
  for _ in 1 2 3; do
    free_port
    start "$log" "${@//@PORT@/$PORT}"
    wait_for "${url//@PORT@/$PORT}" "$STARTED" && return
    was_taken "$log" || break
  done
  runs "$STARTED" || fail "$(basename "$1") ended at once. Its log:
$(tail_of "$log")"
  fail "$(basename "$1") does not answer on ${url//@PORT@/$PORT}. Its log:
$(tail_of "$log")"
}

# exporter_at INDEX: where it listens: on the address of its node, because rules identify hosts by it.
exporter_at() { printf '%s:%s' "${ADDRESSES[$1]}" "${EXPORTER_PORTS[$1]}"; }

start_exporters() {
  local i
  for i in "${!NODES[@]}"; do
    start_listener "$LAB/${NODES[$i]}.exporter.log" "http://${ADDRESSES[$i]}:@PORT@/-/healthy" \
      "$EXPORTER" "--web.listen-address=${ADDRESSES[$i]}:@PORT@" "--path.rootfs=$LAB/${NODES[$i]}" \
      "--certificates.served=kube-apiserver=127.0.0.1:${APISERVER_PORTS[$i]}" --certificates.every=5s --certificates.timeout=4s \
      "--drives.smartctl-path=$LAB/${NODES[$i]}/smartctl" --drives.every=5s --drives.timeout=5s \
      "${EXPORTER_FLAGS[@]}"
    EXPORTER_PORTS[i]=$PORT
    # shellcheck disable=SC2034  # read in compare.sh
    EXPORTER_PIDS[i]=$STARTED
  done
}

# write_job JOB PATH [LABEL]: one target per exporter, with its node under that label. etcd's own metrics have none: it
# would make the critical alert of the etcd mixin fire for one member of three.
write_job() {
  local i
  printf -- '- job_name: %s\n  metrics_path: %s\n  static_configs:\n' "$1" "$2"
  for i in "${!NODES[@]}"; do
    printf "  - targets: ['%s']\n" "$(exporter_at "$i")"
    [ -z "${3:-}" ] || printf '    labels: {%s: %s}\n' "$3" "${NODES[$i]}"
  done
}

# write_prometheus: etcd's own metrics are a job of their own; Prometheus never asks etcd itself.
write_prometheus() {
  printf 'global:\n  scrape_interval: 3s\n  evaluation_interval: 3s\n'
  if compgen -G "$RULES/*.rules.yaml" >/dev/null; then
    printf "rule_files: ['%s/*.rules.yaml']\n" "${RULES//\'/\'\'}"
  fi
  printf 'scrape_configs:\n'
  write_job "$JOB" /metrics node
  write_job "$NATIVE_JOB" /etcd/metrics
}

start_prometheus() {
  local program pages=()
  program="$(command -v prometheus)"
  write_prometheus >"$LAB/prometheus.yml"
  # Debian's build reads its pages from /usr/share; those of an unpacked one lie beside it.
  [ "$program" != "$TOOLS/usr/bin/prometheus" ] || [ ! -d "$TOOLS/usr/share/prometheus/web" ] ||
    pages=(--web.local-assets="$TOOLS/usr/share/prometheus/web/")
  start_listener "$LAB/prometheus.log" http://127.0.0.1:@PORT@/-/ready \
    "$program" --config.file="$LAB/prometheus.yml" --storage.tsdb.path="$LAB/prometheus" \
    --web.listen-address=127.0.0.1:@PORT@ --web.enable-lifecycle --log.level=warn "${pages[@]}"
  PROMETHEUS="http://127.0.0.1:$PORT"
}

# ask QUERY: the result of an instant query, as JSON; empty when Prometheus does not answer.
ask() {
  curl -fsG --noproxy '*' --max-time 60 --data-urlencode "query=$1" "$PROMETHEUS/api/v1/query" | jq -c .data.result
}

ask_members() { ask "{job=\"$JOB\",__name__=~\"etcd_sentinel_(member|db|alarm|cluster)_.+\"}"; }
