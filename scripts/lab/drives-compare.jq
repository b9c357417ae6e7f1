# One line of text per node whose recording is not decoded as it was written; nothing when all are.
. as $all
| def value($node; $name): [$all[] | select(.metric.node == $node and .metric.device == $disk
    and .metric.__name__ == "etcd_sentinel_disk_" + $name) | .value[1]][0];
$nodes | to_entries[] | .value as $node | $wanted[.key] as $want
| [value($node; "command_timeouts_total"), value($node; "endurance_used_ratio")] as $ours
| select($ours != $want[1:])
| "\($node): command timeouts and endurance are \($ours), and should be \($want[1:])"
