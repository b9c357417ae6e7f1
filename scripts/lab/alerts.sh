# shellcheck shell=bash
# The shipped rules with a short `for`, what fires of them, and whether that is what has to fire. Needs sentinel.sh.

# shorten_rules: copies, in which a minute of `for` is a second, but never less than 10 s: shorter ones would fire in the
# moment between two polls. Nothing else is changed; `for: 0` stays.
shorten_rules() {
  local rules=("$ROOT"/rules/*.rules.yaml) file
  [ -e "${rules[0]}" ] || fail "there are no rules in $ROOT/rules"
  mkdir -p "$RULES"
  for file in "${rules[@]}"; do
    awk '
      function seconds(text, unit) {
        unit = substr(text, length(text))
        return text * (unit == "d" ? 86400 : unit == "h" ? 3600 : unit == "m" ? 60 : 1)
      }
      $1 == "for:" { n = seconds($2); if (n > 0) { n = int(n / 60); if (n < 10) n = 10 }; sub(/for:.*/, "for: " n "s") }
      { print }' "$file" >"$RULES/${file##*/}"
  done
  say "rules: those that are shipped; only \"for\" is shorter: a minute is a second, and 10 s the least"
}

# expected: the lines about this incident: alert, rows, why.
expected() {
  awk -v incident="$INCIDENT" '!/^#/ && $1 == incident { $1 = ""; sub(/^ /, ""); print }' "$ROOT/scripts/lab/incidents/expected"
}

# see_alerts: writes down what fires at this moment.
see_alerts() {
  curl -fs --noproxy '*' --max-time 5 "$PROMETHEUS/api/v1/alerts" >"$LAB/alerts.now" || return 0
  jq -c --argjson at "$(elapsed)" '.data.alerts[] | select(.state == "firing") | {at: $at, labels, annotations}' \
    "$LAB/alerts.now" | tee "$LAB/firing" >>"$LAB/fired"
}

# fired_before: whatever fires on the healthy cluster ends it, but for what was true long before.
fired_before() {
  local name
  while read -r name; do
    [[ " $EARLY " == *" $name "* ]] || fail "$name fires, and nothing has happened yet:
$(jq -c --arg name "$name" 'select(.labels.alertname == $name)' "$LAB/fired" | head -n1)"
  done < <(jq -r .labels.alertname "$LAB/fired" | sort -u)
}

# rows FILE ALERT: how many alerts of that name are in it.
rows() { jq -c --arg name "$2" 'select(.labels.alertname == $name) | .labels' "$1" | sort -u | wc -l; }

# missing: what has to fire at this moment, and does not.
missing() {
  local alert range _
  while read -r alert range _; do
    [ "$(rows "$LAB/firing" "$alert")" -ge "${range%%-*}" ] || say "$alert"
  done < <(expected)
}

# complaints: one line for each difference between what had to fire and what did.
complaints() {
  local alert range _ seen text
  while read -r alert range _; do
    seen="$(rows "$LAB/firing" "$alert")"
    [ "$seen" -ge "${range%%-*}" ] || say "$alert fires $seen times at the end, and has to $range times"
    seen="$(rows "$LAB/fired" "$alert")"
    [ "$seen" -le "${range##*-}" ] || say "$alert fired $seen times, and has to $range times"
  done < <(expected)
  while read -r alert; do
    expected | grep -q "^$alert " || say "$alert fired, and does not belong to this incident"
  done < <(jq -r .labels.alertname "$LAB/fired" | sort -u)
  for text in "${MUST_SAY[@]}"; do
    jq -r --arg name "${text%%=*}" 'select(.labels.alertname == $name) | .annotations | tostring' "$LAB/fired" |
      grep -qE "${text#*=}" || say "no annotation of ${text%%=*} says: ${text#*=}"
  done
  cat "$LAB/links"
}

# links_answer: each page that a firing alert names on its exporter. What is not 200 is a complaint.
links_answer() {
  local link code
  : >"$LAB/links"
  [ -d "$ROOT/docs/runbooks" ] || { say "runbook_local: not asked, because there are no runbooks yet"; return; }
  while read -r link; do
    code="$(curl -s --noproxy '*' --max-time 5 -o /dev/null -w '%{http_code}' "$link" || true)"
    [ "$code" = 200 ] || say "$link answers $code" >>"$LAB/links"
  done < <(jq -r '.annotations.runbook_local // empty' "$LAB/fired" | sort -u)
}

# show_alerts: each alert once, in the order in which they fired, with the annotations that it had last.
show_alerts() {
  [ -s "$LAB/fired" ] || return 0
  jq -rs "$(cat "$ROOT/scripts/lab/alerts.jq")" "$LAB/fired" | fold -s -w 118 | sed -E 's/^([^ +-])/              \1/'
}

verdict() {
  local bad
  links_answer
  bad="$(complaints)"
  [ -z "$bad" ] || fail "$INCIDENT: these are not the alerts that belong to it:
$bad"
  say "$INCIDENT: exactly the expected alerts fired ($SECONDS s in all)."
}
