# shellcheck shell=bash
# The disk under each member's data directory. Needs common.sh, drives.sh, sentinel.sh, LAB and NODES.

# MB that a lab needs: write-ahead logs of 128 MB for each member, three databases and Prometheus.
LAB_MB=1000
# "no-disk" if the members' data is on no disk, or else empty.
NO_DISK=""

# choose_place: sets PLACE to a folder with room for the lab: TMPDIR if it is set, or else /tmp or artifacts. Of these
# the first that is on a disk is taken, because a demo without a disk shows less.
# shellcheck disable=SC2034  # read in scripts/demo
choose_place() {
  local folder roomy=() places=("${TMPDIR:-}")
  [ -n "${TMPDIR:-}" ] || places=(/tmp "$ARTIFACTS")
  for folder in "${places[@]}"; do
    [ ! -w "$folder" ] || [ "$(room "$folder")" -lt "$LAB_MB" ] || roomy+=("$folder")
  done
  [ ${#roomy[@]} -gt 0 ] || fail "not enough space: the lab needs $LAB_MB MB, and less is free in: ${places[*]}. Set TMPDIR to another folder."
  PLACE="${roomy[0]}"
  for folder in "${roomy[@]}"; do
    has_disk "$folder" && PLACE="$folder" && return
  done
  return 0
}

has_disk() { [[ "$(found_under "$1")" != "- "* ]]; }

# look_under: sets NO_DISK, and from findmnt what the exporter and its alert must say then.
# shellcheck disable=SC2034  # read in alerts.sh
look_under() {
  local folder="$LAB/${NODES[0]}/var/lib/etcd" type
  ! has_disk "$folder" || return 0
  NO_DISK=no-disk
  EARLY+=" EtcdDiskUnresolved"
  type="$(found_under "$folder")"
  type="${type##* }"
  [[ "$type" != overlay && "$type" != tmpfs ]] || MUST_SAY+=("EtcdDiskUnresolved=cannot be found \\($type\\)")
  say "the members' data is on no disk that can be named ($type), so EtcdDiskUnresolved must fire"
}

# found_under FOLDER: from findmnt and lsblk, as DEVICE SOURCE TYPE; DEVICE is - if there is no disk.
found_under() {
  local source="" type="" device="-"
  read -r source type < <(findmnt -nrvo SOURCE,FSTYPE -T "$1" | tail -n 1) || true
  if [ -b "$source" ]; then
    device="$(lsblk -snro NAME "$source" | tail -n 1)"
  elif [ -n "$source" ]; then
    # A container has no device files of the disks, and sees them in /sys.
    device="$(disk_of "$1")"
  fi
  device="${device:--}"
  case "$device" in loop*) device="$(found_under "$(losetup -nO BACK-FILE "/dev/$device")" | cut -d' ' -f1)" ;; esac
  printf '%s %s %s\n' "$device" "$source" "$type"
}

# exported_disks: from Prometheus, a line for each node: NODE DEVICE SOURCE TYPE SERIAL VIA.
exported_disks() {
  ask "{job=\"$JOB\",role=\"etcd_data\",__name__=~\"etcd_sentinel_disk_role_(info|unresolved)\"}" |
    jq -r '.[].metric | [.node, .device // "-", .source // "-", .fstype // .reason, .serial // "-", .via // "-"] | join(" ")'
}

# storage_complaints: one line for each member whose disk is another one, or that has none.
storage_complaints() {
  local exported node device source type wanted
  exported="$(exported_disks)" || { printf 'Prometheus does not answer\n'; return; }
  for node in "${NODES[@]}"; do
    read -r _ device source type _ < <(grep "^$node " <<<"$exported") || true
    wanted="$(found_under "$LAB/$node/var/lib/etcd")"
    case "$wanted" in
      "- "*) [ "${device:-}" = "-" ] || printf '%s: the exporter reports the disk %s, findmnt none\n' "$node" "${device:-nothing}" ;;
      *) [ "${device:-} ${source:-} ${type:-}" = "$wanted" ] ||
        printf '%s: the exporter reports the disk %s, findmnt and lsblk report %s\n' "$node" "${device:-nothing} ${source:-} ${type:-}" "$wanted" ;;
    esac
  done
}

# storage_settle: until they agree, at most $PATIENCE s; 1 when not. Sets COMPLAINTS.
storage_settle() {
  local until=$((SECONDS + PATIENCE))
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
    exported_disks | sort
  } | awk '{ printf "%-6s %-10s %-24s %-8s %-20s %s\n", $1,$2,$3,$4,$5,$6 }'
}
