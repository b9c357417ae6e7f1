# One line of tab-separated text per node; a dash for what Prometheus does not have.
include "members";
def or_dash(f): if . == null then "-" else f end;
def mib: "\(. / 104857.6 | round / 10) MiB";
def percent: "\(. * 1000 | round / 10) %";
members($nodes)[]
| [.node, (.member | or_dash(.)), (.version | or_dash(.)), (.member_is_leader | or_dash(if . == 1 then "yes" else "no" end)),
   (.db_size_bytes | or_dash(mib)), (.db_size_in_use_bytes | or_dash(mib)), (.db_fragmentation_ratio | or_dash(percent)),
   (.db_quota_bytes | or_dash(mib)), (.db_quota_used_ratio | or_dash(percent)),
   (.alarms | or_dash(if . == [] then "none" else unique | join(" ") end)), (.voters | or_dash("\(.)"))]
| @tsv
