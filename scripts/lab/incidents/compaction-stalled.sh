# shellcheck shell=bash
# shellcheck disable=SC2034  # read in incident.sh
STORY="the API server's compactor stops, and writes go on. The rule waits 20 minutes for it, and so does this"
LIMIT=1500

meanwhile() {
  write_leases
  [ -n "$BEGAN" ] || compact_like_apiserver
}
