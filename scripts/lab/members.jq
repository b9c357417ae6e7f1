# Input: Prometheus' series of all exporters. Output: one object per node, with null for what is not there.
def series($all; $node; $name):
  [$all[] | select(.metric.node == $node and .metric.__name__ == "etcd_sentinel_" + $name)];
def number: if . == null then null else .value[1] | tonumber end;
def members($nodes): . as $all | [$nodes[] as $node
  | {node: $node}
  + (["member_up", "member_is_leader", "member_raft_term", "member_revision", "db_size_bytes", "db_size_in_use_bytes",
      "db_fragmentation_ratio", "db_quota_bytes", "db_quota_used_ratio"]
    | map({(.): (series($all; $node; .)[0] | number)}) | add)
  + {member: series($all; $node; "member_info")[0].metric.member,
     version: series($all; $node; "member_info")[0].metric.version,
     voters: (series($all; $node; "cluster_members") | map(select(.metric.role == "voter"))[0] | number),
     alarms: (series($all; $node; "alarm_active")
       | if length == 0 then null else map(select(.value[1] == "1") | .metric.alarm) end)}];
