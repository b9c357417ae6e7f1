# shellcheck shell=bash
# What every script of the lab needs: where things are, and how to say something.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
ARTIFACTS="$ROOT/artifacts"
TOOLS="$ARTIFACTS/tools"
# shellcheck disable=SC2034  # used by those who source this
ETCD_35="$ARTIFACTS/etcd-3.5/usr/bin/etcd"
# shellcheck disable=SC2034  # used by those who source this
PROMETHEUS_3="$ARTIFACTS/prometheus-3/usr/bin"

# What the system has comes first; the private copies only fill the gaps. Debian keeps some tools in sbin.
export PATH="$PATH:$TOOLS/usr/bin:$TOOLS/usr/sbin:/usr/sbin:/sbin"

# Nothing here depends on a locale. Without this the SDK itself ends with a stack trace where libicu is missing, as on a
# minimal Debian.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

# Seconds that a wait for a condition may take. Only against hanging: a busy machine may need a good part of it.
# shellcheck disable=SC2034  # used by those who source this
PATIENCE=180

say() { printf '%s\n' "$*"; }

# fail MESSAGE [EXIT-CODE]: 1 when something did not work, 64 when it was called wrongly.
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2
  exit "${2:-1}"
}

# cannot REASON: this machine lacks what is needed. 77 is neither passed nor failed, as in automake.
cannot() { fail "$1" 77; }

has() { command -v "$1" >/dev/null 2>&1; }

# room FOLDER: free MB.
room() { df --output=avail -BM "$1" | tail -n 1 | tr -dc 0-9; }

# tail_of LOG: the end of a log, indented, for a message about it.
tail_of() {
  [ -s "$1" ] || { say "  (the log is empty)"; return; }
  tail -n "${2:-15}" "$1" | cut -c1-300 | sed 's/^/  | /'
}

# metrics_complaints: what promtool says of the page on standard input; nothing when it is clean. One family is not in
# base units, because people look for it by that name: that very complaint is no complaint.
metrics_complaints() {
  promtool check metrics 2>&1 |
    grep -vxF 'etcd_sentinel_certificate_days_left use base unit "seconds" instead of "days"' || true
}
