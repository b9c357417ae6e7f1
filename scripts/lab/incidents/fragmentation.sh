# shellcheck shell=bash
# shellcheck disable=SC2034  # read in incident.sh
STORY="an application writes and deletes 24 MB below a quota of 64 MiB, and compaction leaves free pages"
LIMIT=180

prepare() { MANIFEST_FLAGS=("--quota-backend-bytes=$((64 * 1024 * 1024))"); }

happen() { fragment || fail "could not write to the etcd cluster"; }
