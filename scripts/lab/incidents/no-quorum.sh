# shellcheck shell=bash
# shellcheck disable=SC2034  # read in incident.sh
STORY="two of three members are stopped"
LIMIT=270

happen() { kill -KILL "${ETCD_PIDS[1]}" "${ETCD_PIDS[2]}"; }
