# Input: Prometheus' series about disks. One line of tab-separated text per node; a dash for what is not there.
. as $all
| def one($node; $name): [$all[] | select(.metric.node == $node and .metric.device == $disk
    and .metric.__name__ == "etcd_sentinel_disk_" + $name)];
  def number($node; $name): one($node; $name)[0] | if . == null then null else .value[1] | tonumber end;
  def or_dash(f): if . == null then "-" else f end;
$nodes[] as $node
| [$node, $disk, (one($node; "info")[0].metric.model | or_dash(.)),
   ([one($node; "read_state")[] | select(.value[1] == "1") | .metric.state][0] | or_dash(.)),
   (number($node; "healthy") | or_dash(if . == 1 then "yes" else "no" end)),
   (number($node; "power_on_seconds") | or_dash("\(. / 3600 | round) h")),
   (number($node; "endurance_used_ratio") | or_dash("\(. * 100 | round) %")),
   (number($node; "command_timeouts_total") | or_dash("\(.)")),
   (number($node; "temperature_celsius") | or_dash("\(.) °C"))]
| @tsv
