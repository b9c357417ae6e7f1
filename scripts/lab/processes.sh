# shellcheck shell=bash
# Processes that live no longer than the script that started them, and ports for them.

PIDS=()

# start LOG COMMAND…: runs in the background with an empty environment, so that no ETCD_… of the caller counts.
# The kernel kills it if this script dies without a chance to clean up. Sets STARTED.
start() {
  local log="$1"
  shift
  setpriv --pdeathsig KILL -- env -i PATH="$PATH" HOME="${LAB:-/nonexistent}" TMPDIR="${LAB:-/tmp}" \
    ${DOTNET_ROOT:+DOTNET_ROOT="$DOTNET_ROOT"} "$@" \
    >"$log" 2>&1 </dev/null &
  STARTED=$!
  PIDS+=("$STARTED")
}

runs() { kill -0 "$1" 2>/dev/null; }

# attended COMMAND…: runs to the end like any command, but a signal interrupts the wait for it at once. It gets a
# process group of its own, because builds start processes that must not outlive them either.
ATTENDED=""
attended() {
  local code=0
  setsid "$@" </dev/null &
  ATTENDED=$!
  wait "$ATTENDED" || code=$?
  ATTENDED=""
  return "$code"
}

# In a trap a bare `return` means the status from before the trap, so the 0 is explicit.
any_runs() {
  local pid
  for pid in "${PIDS[@]}"; do runs "$pid" && return 0; done
  return 1
}

# stop_all: SIGTERM, and SIGKILL after a second: an etcd without its peers would take seven seconds, and its data is
# thrown away.
stop_all() {
  [ -z "$ATTENDED" ] || kill -KILL -- "-$ATTENDED" 2>/dev/null || true
  [ ${#PIDS[@]} -gt 0 ] || return 0
  kill -TERM "${PIDS[@]}" 2>/dev/null || true
  local turn
  for turn in {1..10}; do
    any_runs || break
    sleep 0.1
  done
  [ "$turn" -lt 10 ] || kill -KILL "${PIDS[@]}" 2>/dev/null || true
  wait "${PIDS[@]}" 2>/dev/null || true
  PIDS=()
}

declare -A TAKEN=()

# free_port: sets PORT to a free port, below the range that the kernel gives to outgoing connections.
free_port() {
  local try
  for try in {1..200}; do
    PORT=$((20000 + RANDOM % 10000))
    [ -z "${TAKEN[$PORT]:-}" ] || continue
    TAKEN[$PORT]=1
    (: <"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null || return 0
  done
  fail "found no free port between 20000 and 29999 in $try tries"
}

# was_taken LOG: true if the process ended because its port was in use.
was_taken() { grep -qi 'address already in use' "$1"; }
