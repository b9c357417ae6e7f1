# One line of tab-separated text per file: its days left on each node, and whether it is served where somebody serves it.
def days($all; $key; $node):
  [$all[] | select(.metric.__name__ == "etcd_sentinel_certificate_days_left" and .metric.index == "0"
    and .metric.node == $node and .metric.name == $key.name)][0]
  | if . == null then "-" else .value[1] | tonumber * 10 | floor / 10 | tostring end;
def served($all; $key):
  [$all[] | select(.metric.__name__ == "etcd_sentinel_served_certificate_matches_file" and .metric.name == $key.name)]
  | if length == 0 then "-"
    elif all(.value[1] == "1") then "yes"
    else "renewed, not yet served (" + ([.[] | select(.value[1] == "0") | .metric.node] | sort | join(" ")) + ")" end;
. as $all
| ["CERTIFICATE", "KIND"] + ($nodes | map("DAYS " + .)) + ["SERVED"],
  ([.[] | select(.metric.__name__ == "etcd_sentinel_certificate_days_left" and .metric.index == "0") | .metric
    | {name, kind}] | unique[] | . as $key
    | [.name, .kind] + [$nodes[] as $node | days($all; $key; $node)] + [served($all; $key)])
| @tsv
