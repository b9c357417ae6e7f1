# The profile that container engines use by default, as runc takes it: its conditions are settled here.
(.process.capabilities.bounding) as $held
| .linux.seccomp = ($profile[0] | {
    defaultAction,
    defaultErrnoRet,
    architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
    syscalls: [.syscalls[]
      | select((.includes.caps // []) - $held == [])
      | select(((.excludes.caps // []) - ((.excludes.caps // []) - $held)) == [])
      | select((.includes.arches // ["amd64"]) | index("amd64"))
      | select((.excludes.arches // []) | index("amd64") | not)
      | {names, action} + (if .args then {args} else {} end) + (if .errnoRet then {errnoRet} else {} end)]})
