# shellcheck shell=bash
# Shared by all scripts: paths, messages and exit codes.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
ARTIFACTS="$ROOT/artifacts"
TOOLS="$ARTIFACTS/tools"

# Programs of the system come first; the private copies fill the gaps. Debian keeps some tools in sbin.
export PATH="$PATH:$TOOLS/usr/bin:$TOOLS/usr/sbin:/usr/sbin:/sbin"

# No script depends on a locale. Without this the SDK crashes if libicu is missing, as on a minimal Debian.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

# Timeout of each wait for a condition, in seconds. It only prevents hanging: a busy machine may need most of it.
# shellcheck disable=SC2034  # used by those who source this
PATIENCE=180

say() { printf '%s\n' "$*"; }

# fail MESSAGE [EXIT-CODE]: 1 for a failure, 64 for wrong usage.
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2
  exit "${2:-1}"
}

# cannot REASON: this machine lacks a requirement. 77 means skipped, as in automake.
cannot() { fail "$1" 77; }

has() { command -v "$1" >/dev/null 2>&1; }

# tail_of LOG: the end of a log, indented, for a message about it.
tail_of() {
  [ -s "$1" ] || { say "  (the log is empty)"; return; }
  tail -n "${2:-15}" "$1" | cut -c1-300 | sed 's/^/  | /'
}

# attended COMMAND…: runs to the end like any command, but a signal interrupts the wait for it at once. It gets a process
# group of its own, because builds start processes that must not outlive them either: end_attended ends them.
ATTENDED=""
attended() {
  local code=0
  setsid "$@" </dev/null &
  ATTENDED=$!
  wait "$ATTENDED" || code=$?
  ATTENDED=""
  return "$code"
}

end_attended() { [ -z "$ATTENDED" ] || kill -KILL -- "-$ATTENDED" 2>/dev/null || true; }

# metrics_complaints: promtool's complaints about the metrics page on standard input. One family is not in base units,
# because people search for that name: its complaint is left out.
metrics_complaints() {
  promtool check metrics 2>&1 |
    grep -vxF 'etcd_sentinel_certificate_days_left use base unit "seconds" instead of "days"' || true
}
