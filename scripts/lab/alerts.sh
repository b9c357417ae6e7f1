# shellcheck shell=bash
# Loads the shipped rules with a shorter `for`, and compares the alerts that fire with the expected ones. Needs sentinel.sh.

# shorten_rules: copies in which a minute of `for` is a second, at least 10 s: a shorter one would fire between two polls.
# Nothing else changes; `for: 0` stays.
shorten_rules() {
  local shipped=("$ROOT"/rules/*.rules.yaml) file
  [ -e "${shipped[0]}" ] || fail "there are no rules in $ROOT/rules"
  mkdir -p "$RULES"
  for file in "${shipped[@]}"; do
    awk '
      function seconds(text, unit) {
        unit = substr(text, length(text))
        return text * (unit == "d" ? 86400 : unit == "h" ? 3600 : unit == "m" ? 60 : 1)
      }
      $1 == "for:" { n = seconds($2); if (n > 0) { n = int(n / 60); if (n < 10) n = 10 }; sub(/for:.*/, "for: " n "s") }
      { print }' "$file" >"$RULES/${file##*/}"
  done
  say "rules: as shipped, with a shorter \"for\": a second for each minute, at least 10 s"
}

# expected: the alerts of this incident: name, minimum and maximum of rows. Lines of "no-disk", "slow-disk" and
# "slow-processor" count where that is true of this machine.
expected() {
  awk -v names=" $INCIDENT $NO_DISK $(slow) " '!/^#/ && index(names, " " $1 " ") {
      split($3, rows, "-")
      most = rows[length(rows)]
      if (!($2 in least)) { order[++n] = $2; least[$2] = 0 + rows[1] }
      if ($1 !~ /^slow-/) least[$2] = 0 + rows[1]
      if (most > max[$2]) max[$2] = 0 + most
    }
    END { for (i = 1; i <= n; i++) print order[i], least[order[i]], max[order[i]] }' "$LAB/expected"
}

# etcd's histogram cannot distinguish a write of this duration from a slow disk: its buckets end at 32 and 64 ms.
SLOW_MS=25
# etcd's leader sends a heartbeat every 100 ms; one that is 100 ms late counts as failed. The longest delay measured here
# is shorter than that of three members with many threads.
LATE_MS=50

# slow: the parts of this machine that are slow.
slow() {
  [ "$(slowest_write)" -lt "$SLOW_MS" ] || printf 'slow-disk '
  [ "$(worst_lateness)" -lt "$LATE_MS" ] || printf 'slow-processor '
}

# time_a_write: times one synchronous write beside etcd, which shows the speed of this machine's own disk.
time_a_write() {
  local began="${EPOCHREALTIME/[.,]/}"
  dd if=/dev/zero of="$LAB/write" bs=4k count=1 conv=fdatasync 2>/dev/null || return 0
  say "$(((${EPOCHREALTIME/[.,]/} - began) / 1000))" >>"$LAB/writes"
}

# of_this_machine: alerts that fired more often than the incident explains.
of_this_machine() {
  local alert most
  while read -r alert; do
    most="$(awk -v incident="$INCIDENT" -v alert="$alert" '$1 == incident && $2 == alert { sub(/.*-/, "", $3); print $3 }' "$LAB/expected")"
    [ "$(rows "$LAB/fired" "$alert")" -le "${most:-0}" ] || printf '%s ' "$alert"
  done < <(jq -r .labels.alertname "$LAB/fired" | sort -u)
}

slowest_write() { sort -n "$LAB/writes" 2>/dev/null | awk '{ slowest = $1 } END { print slowest + 0 }'; }

worst_lateness() { tail -n1 "$LAB/lateness" 2>/dev/null | grep . || say 0; }

# see_alerts: records the alerts that fire now.
see_alerts() {
  curl -fs --noproxy '*' --max-time 60 "$PROMETHEUS/api/v1/alerts" >"$LAB/alerts.now" || return 0
  jq -c --argjson at "$(elapsed)" '.data.alerts[] | select(.state == "firing") | {at: $at, labels, annotations}' \
    "$LAB/alerts.now" | tee "$LAB/firing" >>"$LAB/fired"
}

# fired_before: fails if an alert fires on the healthy cluster, except those in EARLY.
fired_before() {
  local name
  while read -r name; do
    [[ " $EARLY " == *" $name "* ]] || fail "$name fires before the incident:
$(jq -c --arg name "$name" 'select(.labels.alertname == $name)' "$LAB/fired" | head -n1)"
  done < <(jq -r .labels.alertname "$LAB/fired" | sort -u)
}

# rows FILE ALERT: how many alerts of that name are in it.
rows() { jq -c --arg name "$2" 'select(.labels.alertname == $name) | .labels' "$1" | sort -u | wc -l; }

# missing: expected alerts that do not fire now.
missing() {
  local alert least _
  while read -r alert least _; do
    [ "$(rows "$LAB/firing" "$alert")" -ge "$least" ] || say "$alert"
  done < <(expected)
}

# complaints: one line for each difference between the expected and the fired alerts.
complaints() {
  local alert least most seen text known=" "
  while read -r alert least most; do
    known+="$alert "
    seen="$(rows "$LAB/firing" "$alert")"
    [ "$seen" -ge "$least" ] || say "$alert: $seen fire at the end, expected at least $least"
    seen="$(rows "$LAB/fired" "$alert")"
    [ "$seen" -le "$most" ] || say "$alert: $seen fired, expected at most $most"
  done < <(expected)
  while read -r alert; do
    [[ "$known" == *" $alert "* ]] || say "$alert: fired unexpectedly"
  done < <(jq -r .labels.alertname "$LAB/fired" | sort -u)
  for text in "${MUST_SAY[@]}"; do
    said "${text%%=*}" "${text#*=}" || say "no annotation of ${text%%=*} matches: ${text#*=}"
  done
  for alert in $STAYS; do
    [ "$(ask "max(changes(ALERTS_FOR_STATE{alertname=\"$alert\"}[10m]))" | jq -r '.[0].value[1] // "0"')" = 0 ] ||
      say "$alert: resolved and fired again, expected to keep firing"
  done
  cat "$LAB/links"
}

# said ALERT REGEX: true if one of its annotations matches.
said() {
  jq -se --arg name "$1" --arg regex "$2" \
    'any(.[] | select(.labels.alertname == $name) | .annotations[]; test($regex))' "$LAB/fired" >/dev/null
}

# links_answer: requests each runbook_local of the alerts that fired. Any status but 200 is a complaint.
links_answer() {
  local link code
  : >"$LAB/links"
  [ -d "$ROOT/docs/runbooks" ] || { say "runbook_local: not checked: there are no runbooks"; return; }
  while read -r link; do
    code="$(curl -s --noproxy '*' --max-time 60 -o /dev/null -w '%{http_code}' "$link" || true)"
    [ "$code" = 200 ] || say "$link answers $code" >>"$LAB/links"
  done < <(jq -r '.annotations.runbook_local // empty' "$LAB/fired" | sort -u)
}

# show_alerts: each alert once, in the order in which they fired, with the annotations that it had last.
show_alerts() {
  [ -s "$LAB/fired" ] || return 0
  jq -rs "$(cat "$ROOT/scripts/lab/alerts.jq")" "$LAB/fired" | fold -s -w 118 | sed -E 's/^([^ +b])/         \1/'
}

verdict() {
  local bad also=""
  links_answer
  say "this machine's disk: slowest write $(slowest_write) ms (from $SLOW_MS ms on alerts on slow disks may fire)"
  say "its processors: longest delay of a process $(worst_lateness) ms (from $LATE_MS ms on alerts on late heartbeats may fire)"
  bad="$(complaints)"
  [ -z "$NO_DISK$(slow)" ] || also="$(of_this_machine)"
  [ -z "$also" ] || say "caused by this machine, not by the incident: $also"
  [ -z "$bad" ] || fail "$INCIDENT: the alerts differ from the expected ones:
$bad"
  if [ -n "$(awk -v incident="$INCIDENT" '$1 == incident' "$LAB/expected")" ]; then
    say "$INCIDENT: exactly the expected alerts fired ($SECONDS s in all)."
  else
    say "$INCIDENT: nothing fired${also:+ but these} ($SECONDS s in all)."
  fi
}
