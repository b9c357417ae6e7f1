"""Space in the database: used, free pages, which objects fill it, and whether it is compacted."""

from board import dashboard
from grafana import (GREEN, GREY, RED, YELLOW, coloured, column, graph, panel, runbook, steps, table, target, to,
                     words)
from promql import HOST, members, native, of_host, ours, recorded, where

MEMBER = "{{cluster}} {{member}}"
SIZE, USED, IN_USE = members("db_size_bytes:last10m"), members("db_quota_used:ratio"), members("db_size_in_use_bytes:last10m")
QUOTA = members("db_quota_bytes:last10m")
LINKS = [to("disk", "Disk"), to("overview", "Overview")]


def by_member(expression):
    return f"max by (cluster, member, member_id) ({expression})"


def rows():
    yes = words((0, "no", GREY), (1, "yes", GREEN))
    leader = f'{members("member_up:last10m")} * on (cluster, cluster_id, member_id) group_left () max by ' \
        f'(cluster, cluster_id, member_id) ({ours("member_is_leader")} * on (cluster, instance, etcd_endpoint) ' \
        f'group_left (cluster_id, member_id) {recorded("member:info")})'
    alarms = f'sum by (cluster, cluster_id, member_id) ({recorded("alarm_active:last10m")}) * on (cluster, cluster_id, ' \
        f'member_id) group_left (member) max by (cluster, cluster_id, member_id, member) ({recorded("member:info")})'
    share = steps(GREEN, (0.8, "dark-yellow"), (0.9, "dark-red"))
    queries = [members("member_up:last10m"), leader, SIZE, IN_USE, QUOTA, USED, f"1 - {IN_USE} / ({SIZE} > 0)", alarms]
    names = ["Answers", "Leader", "Size", "In use", "Quota", "Quota used", "Free pages", "Alarms"]
    values = {f"Value #{chr(65 + index)}": name for index, name in enumerate(names)}
    return table(
        "Members and their database",
        "One row for each member. Above 80 % of the quota it is time to act, 90 % is critical, at 100 % all writes stop. A "
        "defragmentation returns the free pages. Any alarm freezes writes.",
        [target(by_member(query), instant=True, table=True) for query in queries], "bytes",
        [runbook("EtcdNoSpaceAlarm"), runbook("defragment"), *LINKS], (24, 7),
        ["cluster", "member", "member_id", *values],
        {"cluster": "Cluster", "member": "Member", "member_id": "Member ID", **values}, sort=("Quota used", True),
        overrides=[coloured("Answers", words((0, "no", "dark-red"), (1, "yes", "transparent")), unit="none"),
                   column("Leader", mappings=yes, unit="none"),
                   coloured("Quota used", limits=share, unit="percentunit"), column("Free pages", unit="percentunit"),
                   coloured("Alarms", words((0, "none", "transparent"), (1, "alarm", "dark-red"), (2, "alarms", "dark-red")),
                            unit="none")])


def stacks():
    colours = (("In use", "blue"), ("Free pages", "yellow"), ("Left to the quota", "text"))
    one = panel(
        "barchart", "The quota of each member: in use, free pages, left",
        "Each bar is the quota of one member. Blue: live data. Yellow: free pages, which a defragmentation returns. "
        "Grey: left. Much blue: delete data or raise the quota. Much yellow: defragment.",
        [target(by_member(query), instant=True, table=True)
         for query in (IN_USE, f"{SIZE} - {IN_USE}", f"clamp_min({QUOTA} - {SIZE}, 0)")], "bytes",
        [runbook("EtcdDatabaseQuotaLowSpace"), runbook("EtcdHighFragmentation"), *LINKS], (12, 9),
        defaults={"custom": {"fillOpacity": 80, "lineWidth": 1, "axisPlacement": "auto"}, "min": 0,
                  "color": {"mode": "palette-classic"}, "thresholds": steps(GREEN)},
        overrides=[column(name, color={"mode": "fixed", "fixedColor": colour}) for name, colour in colours],
        options={"orientation": "horizontal", "stacking": "normal", "showValue": "auto", "xField": "member",
                 "xTickLabelRotation": 0, "xTickLabelMaxLength": 24, "barWidth": 0.7, "groupWidth": 0.7,
                 "fullHighlight": False, "tooltip": {"mode": "multi", "sort": "none"},
                 "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []}})
    columns = ["member", "Value #A", "Value #B", "Value #C"]
    one["transformations"] = [
        {"id": "merge", "options": {}}, {"id": "filterFieldsByName", "options": {"include": {"names": columns}}},
        {"id": "organize", "options": {"excludeByName": {}, "indexByName": {n: i for i, n in enumerate(columns)},
                                       "renameByName": {f"Value #{chr(65 + i)}": n for i, (n, _) in enumerate(colours)}}}]
    return one


def size():
    return graph(
        "Size of the file, its live data and its quota", "A size near the quota with little live data: defragment. "
        "A size that grows with the live data: something writes too much. A drop is a defragmentation.",
        [target(SIZE, MEMBER + " size"), target(IN_USE, MEMBER + " in use"),
         target(f"max by (cluster) ({QUOTA})", "{{cluster}} quota")],
        "bytes", [runbook("EtcdDatabaseFillsSoon"), *LINKS], size=(12, 9))


def growth():
    return graph(
        "Growth of the file", "Bytes a second over an hour. Below 0 after a defragmentation. Steady growth ends at the "
        "quota: the objects below show what grows.",
        [target(f"deriv({recorded('db_size_bytes:last10m')}[1h])", MEMBER)], "Bps",
        [runbook("EtcdDatabaseFillsSoon"), runbook("who-writes"), *LINKS], size=(12, 7), smallest=None)


def writes():
    return graph(
        "Writes", "Revisions a second: one for each write of the cluster. More than usual: find out what writes.",
        [target(f"deriv({recorded('revision:max')}[5m])", "{{cluster}} writes")], "wps",
        [runbook("who-writes"), *LINKS], size=(12, 7))


def compaction():
    changed = f'max by (cluster, instance, etcd_endpoint) ({ours("compactor_last_change_timestamp_seconds")})'
    return graph(
        "Time since the last compaction", "The API server compacts every 5 minutes. After 20 minutes history piles up "
        "and the database grows.", [target(f"min by (cluster) (time() - {changed})", "{{cluster}} since compaction")],
        "s", [runbook("EtcdCompactionStalled"), *LINKS], size=(12, 7), limits=steps(GREEN, (1200, YELLOW)))


def commit():
    return graph(
        "Commit: p99", "Time to write a batch to the database file. Healthy is below 25 ms; above 100 "
        "ms the disk is too slow.", [target(where(recorded("backend_commit_seconds:p99_5m", HOST)), "{{cluster}} {{where}}")],
        "s", [runbook("EtcdHighCommitDuration"), *LINKS], size=(12, 7),
        limits=steps(GREEN, (0.025, YELLOW), (0.1, RED)))


OBJECTS = '(max by (cluster, group, resource) (apiserver_resource_objects{cluster=~"$cluster"}) or max by (cluster, ' \
    'resource) (apiserver_storage_objects{cluster=~"$cluster"}) unless on (cluster) apiserver_resource_objects)'


def objects():
    return graph(
        "Objects by resource, as the API server counts them", "The ten resources with the most objects. Steady growth of one "
        "fills the database: find the controller that creates the objects.",
        [target(f"topk by (cluster) (10, {OBJECTS})", "{{cluster}} {{resource}} {{group}}")], "short",
        [runbook("EtcdObjectsGrowing"), runbook("who-writes"), *LINKS], size=(12, 9))


def growing():
    day = OBJECTS.replace('"$cluster"}', '"$cluster"} offset 1d')
    return table(
        "Objects that grew most in a day", "Growth since the same time yesterday. If more than 10,000 objects doubled, find "
        "out why.", [target(f"topk by (cluster) (10, {OBJECTS} - ({day}))", instant=True, table=True)], "short",
        [runbook("EtcdObjectsGrowing"), runbook("who-writes"), *LINKS], (12, 9),
        ["cluster", "group", "resource", "Value"],
        {"cluster": "Cluster", "group": "Group", "resource": "Resource", "Value": "More than a day ago"},
        sort=("More than a day ago", True))


def keys():
    counted = f"max by (cluster, resource) ({ours('keys')})"
    return graph(
        "Keys by resource, as etcd counts them", "The ten resources with the most keys, counted every 10 minutes on one "
        "follower. They are known while the API server is down, too.",
        [target(f"topk by (cluster) (10, {counted})", "{{cluster}} {{resource}}")], "short",
        [runbook("EtcdManyKeys"), runbook("who-writes"), *LINKS], size=(12, 8))


def written():
    rate = 'sum by (cluster, instance, group, resource) (rate(apiserver_storage_events_received_total' \
        '{cluster=~"$cluster"}[$__rate_interval]))'
    return graph(
        "Writes by resource, as the API server sees them", "Changes a second of the ten resources that are written most. "
        "For the namespace and the object: etcd-sentinel-exporter writers on a control-plane node.",
        [target(f"topk by (cluster) (10, max by (cluster, group, resource) ({rate}))", "{{cluster}} {{resource}} {{group}}")],
        "wps", [runbook("who-writes"), *LINKS], size=(12, 8))


def largest():
    # -1 is not known.
    sizes = 'max by (cluster, group, resource) (apiserver_resource_size_estimate_bytes{cluster=~"$cluster"} >= 0)'
    return graph(
        "The three largest resources", "What the API server estimates that they take in etcd, history left out. Since "
        "Kubernetes 1.34, without events.",
        [target(f"topk by (cluster) (3, {sizes})", "{{cluster}} {{resource}} {{group}}")], "bytes",
        [runbook("EtcdDatabaseFullOfLiveData"), runbook("who-writes"), *LINKS], size=(12, 8))


def growing_keys():
    keys = f"max by (cluster, resource) ({ours('keys')})"
    hour = keys.replace("}", "} offset 1h")
    return graph(
        "Growth of keys in an hour", "Keys added in an hour, of the ten resources that grew most.",
        [target(f"topk by (cluster) (10, {keys} - ({hour}))", "{{cluster}} {{resource}}")], "short",
        [runbook("EtcdObjectsGrowing"), *LINKS], size=(12, 8), smallest=None)


def lag():
    behind = f'{ours("member_raft_index")} - {ours("member_raft_applied_index")}'
    return graph(
        "Raft entries committed but not applied", "Above 1000 a member lags behind: its disk or processor "
        "is too slow.", [target(f"max by (cluster, instance, etcd_endpoint) ({behind})", "{{cluster}} {{instance}}")],
        "short", [runbook("EtcdSlowApplies"), *LINKS], size=(12, 7), limits=steps(GREEN, (1000, YELLOW)))


def peers():
    rtt = native("histogram_quantile(0.99, sum by (cluster, instance, etcd_endpoint, To, le) (rate(@[$__rate_interval])))",
                 "etcd_network_peer_round_trip_time_seconds_bucket")
    return graph(
        "Round trips between members: p99", "Above 102.4 ms (a bucket bound) the network is too slow. High "
        "to all peers of one member: that member. High on one line: the network between the two.",
        [target(where(f"max by (cluster, host, To) ({rtt})"),
                "{{cluster}} {{where}} to {{To}}")],
        "s", [runbook("EtcdPeerSlow"), *LINKS], size=(12, 7), limits=steps(GREEN, (0.1024, YELLOW)))


def backups():
    by = "max by (cluster, host, path)"
    corrupt = 'state="corrupt"'
    queries = {
        "Newest good": f'time() - {by} ({of_host(ours("backup_newest_timestamp_seconds", "", "15m"))})',
        "Size": f'{by} ({of_host(ours("backup_newest_size_bytes", "", "15m"))})',
        "Files": f'{by} ({of_host(ours("backup_files", "", "15m"))})',
        "Corrupt": f'{by} ({of_host(ours("backup_newest_files", corrupt, "15m"))})',
        "Free": f'{by} ({of_host(ours("backup_folder_avail_bytes", "", "15m"))})',
        "On etcd's disk": f'{by} ({of_host(ours("backup_on_etcd_disk", "", "15m"))})',
    }
    values = {f"Value #{chr(65 + index)}": name for index, name in enumerate(queries)}
    return table(
        "Backups of etcd", "One row for each folder with snapshots. Each new file is read once and its SHA-256 compared; a copy "
        "of the database has none. After 26 h, or twice the schedule of k3s and RKE2, the newest is too old.",
        [target(where(query), instant=True, table=True) for query in queries.values()], "short",
        [runbook("EtcdBackupTooOld"), runbook("EtcdBackupBroken"), runbook("EtcdBackupOnEtcdDisk"), *LINKS], (24, 7),
        ["cluster", "where", "path", *values], {"cluster": "Cluster", "where": "Node", "path": "Folder", **values},
        sort=("Newest good", True),
        overrides=[column("Newest good", unit="s"), column("Size", unit="bytes"), column("Free", unit="bytes"),
                   coloured("Corrupt", limits=steps("transparent", (1, "dark-yellow"))),
                   coloured("On etcd's disk", words((0, "no", "transparent"), (1, "yes", "dark-blue")), unit="none")])


def build():
    return dashboard(
        "database", "Database", "etcd's database against its quota: used, live, free pages, growth, compaction, objects.",
        [rows(), stacks(), size(), growth(), writes(), compaction(), commit(), objects(), growing(), keys(),
         growing_keys(), written(), largest(), lag(), peers(), backups()])
