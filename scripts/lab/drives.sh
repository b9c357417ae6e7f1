# shellcheck shell=bash
# Recorded drives under the members' data directories. Needs common.sh, LAB and NODES; tables need sentinel.sh.

RECORDINGS=(worn-ssd good-ssd good-nvme)

# disk_of FOLDER: the kernel's name of the disk that holds it; nothing where it is not on one (tmpfs, overlay, btrfs, NFS).
disk_of() {
  local block slave
  block="$(readlink -e "/sys/dev/block/$(stat -c %Hd:%Ld "$1")")" || return 0
  [ ! -e "$block/partition" ] || block="$(dirname "$block")"
  while slave="$(find "$block/slaves" -mindepth 1 -print -quit 2>/dev/null)" && [ -n "$slave" ]; do
    block="$(readlink -e "$slave")"
    [ ! -e "$block/partition" ] || block="$(dirname "$block")"
  done
  basename "$block"
}

# serial_of DISK FALLBACK: from the same files as the exporter, in the same order. SYSFS replaces /sys in tests.
serial_of() {
  local block="${SYSFS:-/sys}/block/$1" file text
  for file in device/serial device/vpd_pg80 serial; do
    text="$(serial_text "$block/$file" 2>/dev/null | tr -dc 'A-Za-z0-9_.-' || true)"
    [ -z "$text" ] || { printf '%s' "$text"; return; }
  done
  printf '%s' "$2"
}

# serial_text FILE: vpd_pg80 is binary, with four bytes of header, the last two of them the length of the text.
serial_text() {
  local high low
  case "$1" in
    */vpd_pg80)
      read -r high low < <(od -An -tu1 -j2 -N2 "$1") && tail -c +5 "$1" | head -c $((high * 256 + low))
      ;;
    *) cat "$1" ;;
  esac
}

# stand_ins: one smartctl per node, which answers for the disk that carries the node's data directory.
stand_ins() {
  local i node disk
  for i in "${!NODES[@]}"; do
    node="$LAB/${NODES[$i]}"
    disk="$(disk_of "$node/var/lib/etcd")"
    sed "s/@SERIAL@/$(serial_of "${disk:-none}" "DEMO-${NODES[$i]}")/" "$ROOT/scripts/lab/recordings/${RECORDINGS[$i]}.json" \
      >"$node/drive.json"
    sed "s|@DEVICE@|/dev/$disk|; s|@RECORDING@|$node/drive.json|" "$ROOT/scripts/lab/smartctl.in" >"$node/smartctl"
    chmod 0755 "$node/smartctl"
  done
  DISK="$disk"
  if [ -n "$DISK" ]; then
    say "drives: RECORDINGS, played by a stand-in for smartctl as if they were /dev/$DISK, which carries the members' data"
  else
    say "drives: none, because $LAB is on no disk of its own (tmpfs, overlay?); set TMPDIR to a folder that is"
  fi
}

ask_drives() { ask "{job=\"$JOB\",__name__=~\"etcd_sentinel_disk_.+\"}"; }

drives_table() {
  local seen
  [ -n "$DISK" ] || return 0
  seen="$(ask_drives)" || return 0
  {
    printf 'NODE\tDRIVE\tMODEL\tSTATE\tHEALTHY\tRUNNING\tUSED UP\tTIMEOUTS\tTEMPERATURE\n'
    jq -r --argjson nodes "$(node_list)" --arg disk "$DISK" "$(cat "$ROOT/scripts/lab/drives.jq")" <<<"$seen"
  } | awk -F'\t' '{ printf "%-6s %-8s %-28s %-12s %-7s %10s %9s %9s %12s\n", $1,$2,$3,$4,$5,$6,$7,$8,$9 }'
}

# drives_settle: until all recordings are decoded, at most $PATIENCE s; 1 when not. Sets COMPLAINTS.
drives_settle() {
  local until=$((SECONDS + PATIENCE)) wanted
  [ -n "$DISK" ] || return 0
  wanted='["worn","85","0.91"],["good",null,"0.04"],["nvme",null,"0.12"]'
  while [ "$SECONDS" -lt "$until" ]; do
    COMPLAINTS="$(ask_drives | jq -r --argjson nodes "$(node_list)" --arg disk "$DISK" --argjson wanted "[$wanted]" \
      "$(cat "$ROOT/scripts/lab/drives-compare.jq")")" || COMPLAINTS="Prometheus does not answer"
    [ -n "$COMPLAINTS" ] || return 0
    sleep 1
  done
  return 1
}
