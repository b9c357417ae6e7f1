# shellcheck shell=bash
# Runs a container of the built image as a manifest says: its user, groups, capabilities, mounts, read-only root, seccomp
# and memory limit, by runc. The node is a folder. Needs LAB and IMAGE.

# workload OVERLAY NAME: the DaemonSet as JSON. kubectl does this without a cluster.
workload() {
  kubectl kustomize "$ROOT/deploy/overlays/$1" |
    awk -v name="$2" 'BEGIN { RS = "---\n" } $0 ~ "\nkind: DaemonSet\n" && $0 ~ "\n  name: " name "\n" { print }' |
    kubectl annotate --local -f - -o json lab=yes
}

# image_root FOLDER: the image's files, made once.
image_root() {
  local box place
  [ -e "$1/usr/bin/etcd-sentinel-exporter" ] && return
  box="$(buildah from "$IMAGE")"
  place="$(buildah mount "$box")"
  mkdir -p "$1"
  cp -a "$place/." "$1/"
  buildah rm "$box" >/dev/null
}

# held_capabilities: the capabilities of this process as a JSON list of names. In a container some are missing.
held_capabilities() {
  local bits name names=(CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
    NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT
    SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP)
  bits=$((16#$(sed -n 's/^CapBnd:\s*//p' /proc/self/status))) # gone through from the lowest bit
  for name in "${names[@]}"; do
    [ $((bits & 1)) -eq 0 ] || say "$name"
    bits=$((bits >> 1))
  done | jq -R . | jq -sc .
}

# bundle FOLDER NODE ADDRESS PORT HEALTH_PORT CONTAINER, the workload on standard input: what runc needs. NODE is the folder
# that stands for the host's root; /proc and /dev are the real ones. OVERRIDES holds environment variables that win.
bundle() {
  local seccomp=null profile=/usr/share/containers/seccomp.json
  mkdir -p "$1"
  image_root "$LAB/root"
  [ ! -e "$profile" ] || seccomp="$ROOT/scripts/image.d/seccomp.jq"
  jq --arg node "$2" --arg address "$3" --arg port "$4" --arg health "$5" --arg container "$6" --arg root "$LAB/root" \
    --arg overrides "${OVERRIDES:-}" --argjson held "$(held_capabilities)" \
    --argjson image "$(buildah inspect --type image "$IMAGE" | jq '.OCIv1.config')" \
    -f "$ROOT/scripts/image.d/container.jq" >"$1/config.json"
  [ "$seccomp" = null ] || [ "$(jq -r '.annotations.seccomp' "$1/config.json")" != RuntimeDefault ] ||
    { jq --slurpfile profile "$profile" -f "$seccomp" "$1/config.json" >"$1/with" && mv "$1/with" "$1/config.json"; }
  # The folders that the manifest asks for (DirectoryOrCreate).
  jq -r '.annotations.make | split(" ")[]' "$1/config.json" | while IFS= read -r folder; do mkdir -p "$folder"; done
}

# start_container NAME LOG FOLDER: in the background; ends with this script.
start_container() {
  setpriv --pdeathsig KILL -- runc --root "$LAB/runc" run --bundle "$3" --no-pivot "$1" >"$2" 2>&1 </dev/null &
}
