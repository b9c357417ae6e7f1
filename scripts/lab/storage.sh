# shellcheck shell=bash
# The disk under each member's data directory. Needs common.sh, sentinel.sh, LAB and NODES.

# found_under FOLDER: what findmnt and lsblk say, as DEVICE SOURCE TYPE; DEVICE is - where they know of no disk.
found_under() {
  local source type device="-"
  read -r source type < <(findmnt -nrvo SOURCE,FSTYPE -T "$1" | tail -n 1)
  [ ! -b "$source" ] || device="$(lsblk -snro NAME "$source" | tail -n 1)"
  case "$device" in loop*) device="$(found_under "$(losetup -nO BACK-FILE "/dev/$device")" | cut -d' ' -f1)" ;; esac
  printf '%s %s %s\n' "$device" "$source" "$type"
}

# told_under: what Prometheus has from the exporters, a line for each node: NODE DEVICE SOURCE TYPE SERIAL VIA.
told_under() {
  ask "{job=\"$JOB\",role=\"etcd_data\",__name__=~\"etcd_sentinel_disk_role_(info|unresolved)\"}" |
    jq -r '.[].metric | [.node, .device // "-", .source // "-", .fstype // .reason, .serial // "-", .via // "-"] | join(" ")'
}

# storage_complaints: one line for each member whose disk is another one, or that has none.
storage_complaints() {
  local told node device source type wanted
  told="$(told_under)" || { printf 'Prometheus does not answer\n'; return; }
  for node in "${NODES[@]}"; do
    read -r _ device source type _ < <(grep "^$node " <<<"$told") || true
    wanted="$(found_under "$LAB/$node/var/lib/etcd")"
    case "$wanted" in
      "- "*) [ "${device:-}" = "-" ] || printf '%s: the disk is said to be %s, and findmnt knows of none\n' "$node" "${device:-nothing}" ;;
      *) [ "${device:-} ${source:-} ${type:-}" = "$wanted" ] ||
        printf '%s: the disk is said to be %s, and findmnt and lsblk say %s\n' "$node" "${device:-nothing} ${source:-} ${type:-}" "$wanted" ;;
    esac
  done
}

# storage_settle: until they agree, at most 60 s; 1 when not. Sets COMPLAINTS.
storage_settle() {
  local until=$((SECONDS + 60))
  while [ "$SECONDS" -lt "$until" ]; do
    COMPLAINTS="$(storage_complaints)"
    [ -n "$COMPLAINTS" ] || return 0
    sleep 1
  done
  return 1
}

storage_table() {
  {
    printf 'NODE DISK SOURCE TYPE SERIAL THROUGH\n'
    told_under | sort
  } | awk '{ printf "%-6s %-10s %-24s %-8s %-20s %s\n", $1,$2,$3,$4,$5,$6 }'
}
