# shellcheck shell=bash
# Shared by all scripts of the lab: paths, messages and exit codes.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
ARTIFACTS="$ROOT/artifacts"
TOOLS="$ARTIFACTS/tools"
# shellcheck disable=SC2034  # used by those who source this
ETCD_35="$ARTIFACTS/etcd-3.5/usr/bin/etcd"
# shellcheck disable=SC2034  # used by those who source this
PROMETHEUS_3="$ARTIFACTS/prometheus-3/usr/bin"

# Programs of the system come first; the private copies fill the gaps. Debian keeps some tools in sbin.
export PATH="$PATH:$TOOLS/usr/bin:$TOOLS/usr/sbin:/usr/sbin:/sbin"

# No script depends on a locale. Without this the SDK crashes if libicu is missing, as on a minimal Debian.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

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

# room FOLDER: free MB.
room() { df --output=avail -BM "$1" | tail -n 1 | tr -dc 0-9; }

# tail_of LOG: the end of a log, indented, for a message about it.
tail_of() {
  [ -s "$1" ] || { say "  (the log is empty)"; return; }
  tail -n "${2:-15}" "$1" | cut -c1-300 | sed 's/^/  | /'
}

# metrics_complaints: promtool's complaints about the metrics page on standard input. One family is not in base units,
# because people search for that name: its complaint is left out.
metrics_complaints() {
  promtool check metrics 2>&1 |
    grep -vxF 'etcd_sentinel_certificate_days_left use base unit "seconds" instead of "days"' || true
}
