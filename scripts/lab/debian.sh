# shellcheck shell=bash
# Programs out of Debian packages, without installing them.
#
# The packages of etcd and Prometheus start a service as soon as they are installed, and etcd's would listen on the
# very port that a real etcd uses. So they are downloaded and unpacked into artifacts/ instead: no service, no root,
# nothing of the system changes, and `rm -r artifacts` takes it all back. apt still checks signatures and hashes.

# apt_settings FOLDER: a private state of apt in FOLDER, beside the system's own (whose proxies and keys still count).
# The hooks are cleared because they clean the system's caches, which are not ours.
apt_settings() {
  mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
  : >"$1/status"
  cat >"$1/apt.conf" <<END
Dir::State "$1";
Dir::State::lists "$1/lists";
Dir::State::status "$1/status";
Dir::Cache "$1/cache";
APT::Sandbox::User "$(id -un)";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
END
}

# mirror: the address of the Debian mirror that this machine is set up with.
mirror() {
  local codename
  # shellcheck source=/dev/null
  codename="$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")"
  # shellcheck disable=SC2016  # apt's placeholders, not ours
  apt-get indextargets --format '$(RELEASE)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk -F'|' -v suite="$codename" '$1 == suite && $2 == "main" { print $3; exit }'
}

# apt_suite FOLDER SUITE: points the private apt at another suite of the same mirror.
apt_suite() {
  local uri options="" key=/usr/share/keyrings/debian-archive-keyring.gpg
  uri="$(mirror)"
  [ -n "$uri" ] || { say "apt has no Debian mirror on this machine"; return 1; }
  [ -e "$key" ] && options="[signed-by=$key]"
  printf 'deb %s %s %s main\n' "$options" "$uri" "$2" >"$1/sources.list"
  printf 'Dir::Etc::sourcelist "%s";\nDir::Etc::sourceparts "-";\n' "$1/sources.list" >>"$1/apt.conf"
}

# unpack SETTINGS TARGET PACKAGES…: downloads with these settings of apt (the system's own, if empty), and unpacks into
# TARGET.
unpack() {
  local settings="$1" target="$2" place
  shift 2
  place="$(mktemp -d)"
  (
    trap 'rm -rf "$place"' EXIT
    cd "$place" || exit
    apt-get ${settings:+-c "$settings"} -o APT::Sandbox::User="$(id -un)" -qq download "$@" || exit
    mkdir -p "$target"
    for package in *.deb; do dpkg -x "$package" "$target" || exit; done
  )
}

# from_this_debian TARGET PACKAGES…: the suite that the machine runs. Lists are fetched only if those at hand are no use.
from_this_debian() {
  local target="$1" private="$ARTIFACTS/apt/own"
  shift
  unpack "" "$target" "$@" 2>/dev/null && return
  apt_settings "$private"
  say "fetching package lists into artifacts/apt"
  apt-get -c "$private/apt.conf" -qq update && unpack "$private/apt.conf" "$target" "$@"
}

# from_suite SUITE TARGET PACKAGES…: another suite of the same mirror.
from_suite() {
  local suite="$1" target="$2" private="$ARTIFACTS/apt/$1"
  shift 2
  apt_settings "$private"
  apt_suite "$private" "$suite" || return
  apt-get -c "$private/apt.conf" -qq update && unpack "$private/apt.conf" "$target" "$@"
}
