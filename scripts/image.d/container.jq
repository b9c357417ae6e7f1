# A workload of Kubernetes as the configuration of one container for runc.
.spec.template.spec as $pod
| ($pod.containers[] | select(.name == $container)) as $c
| ($c.securityContext // {}) as $own
| ($own.privileged // false) as $privileged
| (($pod.securityContext // {}) + $own) as $security
| (if $privileged then $held
   elif ($security.capabilities.drop // []) == ["ALL"] then $security.capabilities.add // []
   else error("the container keeps the runtime's default capabilities") end | map("CAP_" + .)) as $capabilities
| def host($path): if $path == "/proc" or $path == "/dev" then $path else $node + $path end;
  def expanded: gsub("\\$\\(NODE_IP\\)"; $address) | sub(":10379$"; ":" + $port) | sub(":10380$"; ":" + $health);
  [$pod.volumes[] | select(.hostPath.type == "DirectoryOrCreate") | host(.hostPath.path)] as $make
| {
    ociVersion: "1.0.2",
    annotations: {make: ($make | join(" ")), seccomp: ($security.seccompProfile.type // "Unconfined")},
    process: {
      user: {uid: ($security.runAsUser // 65534), gid: ($security.runAsGroup // 65534),
        additionalGids: [$security.fsGroup // empty]},
      args: ($image.Entrypoint + ($c.args // [])),
      env: ($image.Env + [$c.env[] | select(.value) | .name as $name
          | select($overrides | contains($name + "=") | not) | "\(.name)=\(.value | expanded)"]
        + ($overrides | split(" ") - [""])),
      cwd: "/",
      capabilities: ({bounding: $capabilities, effective: $capabilities, permitted: $capabilities}
        | if $security.runAsUser == 0 then . else .effective = [] | .permitted = [] end),
      noNewPrivileges: ($security.allowPrivilegeEscalation == false)
    },
    root: {path: $root, readonly: ($security.readOnlyRootFilesystem // false)},
    mounts: (
      [{destination: "/proc", type: "proc", source: "proc"}]
      + (if [$c.volumeMounts[].mountPath] | index("/dev") then []
         else [{destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755", "size=64k"]}] end)
      + [{destination: "/sys", type: "none", source: "/sys", options: ["rbind", "ro", "nosuid", "noexec", "nodev"]}]
      + [$c.volumeMounts | sort_by(.mountPath)[] | . as $mount
         | ($pod.volumes[] | select(.name == $mount.name)) as $volume
         | {destination: .mountPath, type: "bind",
            source: (if $volume.hostPath then host($volume.hostPath.path) else $node + "/volumes/" + $volume.name end),
            options: ["rbind", (if .readOnly then "ro" else "rw" end),
              (if .mountPropagation == "HostToContainer" then "rslave" else "rprivate" end)]}]),
    linux: {
      namespaces: ([{type: "pid"}, {type: "mount"}, {type: "ipc"}, {type: "uts"}]
        + if $pod.hostNetwork then [] else [{type: "network"}] end),
      resources: {
        devices: [{allow: $privileged, access: "rwm"}],
        memory: {limit: ($c.resources.limits.memory | rtrimstr("Mi") | tonumber * 1048576)}
      },
      maskedPaths: (if $privileged then [] else ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"] end),
      readonlyPaths: (if $privileged then [] else ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"] end)
    }
  }
