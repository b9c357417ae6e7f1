# Input: firing alerts in the order of time. Output: each alert once, with time, labels, and its last annotations.
def who: del(.alertname, .severity, .cluster_id, .job) | to_entries | map("\(.key)=\(.value)") | join(" ");
def when: if . < 0 then "before" else "+\(.) s" end;
group_by(.labels) | map({first: .[0].at, last: .[-1]}) | sort_by(.first)[]
| .last.labels as $labels
| "\((.first | when) + "       " | .[:7])  \($labels.alertname) (\($labels.severity))  \($labels | who)",
  (.last.annotations as $said | ("summary", "description", "runbook_url", "runbook_local")
    | select($said[.]) | "         \(.): \($said[.])")
