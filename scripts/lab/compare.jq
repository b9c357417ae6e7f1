# Prometheus' values compared with `etcdctl endpoint status` before and after the query: one line of text for
# everything that is missing or is not between the two. Nothing at all when they agree.
include "members";
def etcd($status): $status.Status
  | {version, member_is_leader: (if .leader == .header.member_id then 1 else 0 end), member_raft_term: .raftTerm,
     member_revision: .header.revision, db_size_bytes: .dbSize, db_size_in_use_bytes: .dbSizeInUse};
def differs($ours; $a; $b): $ours == null or ($ours < ([$a, $b] | min)) or ($ours > ([$a, $b] | max));
def complaint($name; $ours; $wanted): "\($name) is \($ours // "missing"), and should be \($wanted)";
def near($ours; $wanted): $ours != null and (($ours - $wanted) | . < 0.000001 and . > -0.000001);

members($nodes) | to_entries[] | .key as $i | .value as $our
| etcd($before[0][$i]) as $a | etcd($after[0][$i]) as $b
| (($a | keys)[] | select(differs($our[.]; $a[.]; $b[.])) | complaint(.; $our[.]; "\($a[.]) … \($b[.]) (etcdctl)")),
  (["member_up", 1], ["member", $our.node], ["voters", ($nodes | length)], ["alarms", []],
    # No quota is set, and etcd's default is 2 GiB.
    ["db_quota_bytes", 2147483648]
    | select($our[.[0]] != .[1]) | complaint(.[0]; $our[.[0]]; .[1])),
  (if $our.db_size_bytes == null or $our.db_size_in_use_bytes == null then empty
   else ["db_fragmentation_ratio", 1 - $our.db_size_in_use_bytes / $our.db_size_bytes],
        ["db_quota_used_ratio", $our.db_size_bytes / 2147483648] end
   | select(near($our[.[0]]; .[1]) | not) | complaint(.[0]; $our[.[0]]; .[1]))
| "\($our.node): \(.)"
