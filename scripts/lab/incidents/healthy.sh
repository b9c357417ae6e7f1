# shellcheck shell=bash
# shellcheck disable=SC2034  # read in incident.sh
STORY="kubeadm's exact flags, steady writes, a compactor: nothing may fire"

prepare() {
  ATLEAST=$((60 * MINUTES))
  LIMIT=$((ATLEAST + 60))
}
