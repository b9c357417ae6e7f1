"""Answers in words, then the chain of causes: one row for each link, on one time axis."""

from answers import ALL, EVERY_VOTER_IS_WATCHED, FLUSH, FSYNC, VOTERS
from board import dashboard
from grafana import GREEN, RED, RUNBOOKS, YELLOW, coloured, column, graph, runbook, steps, table, target, to, words
from promql import HOST, INSTANCE, native, of_host, ours, recorded, where

LEGEND = "{{cluster}} {{where}}"


def answers():
    states = words((0, "ok", GREEN), (1, "warning", "dark-yellow"), (2, "critical", "dark-red"), (0.5, "not known", "dark-blue"),
                   (0.25, "info", "transparent"))
    page = {"title": "Runbook", "url": RUNBOOKS + "${__data.fields.Runbook}.md", "targetBlank": True}
    return table(
        "What is wrong?",
        "One row for each answer, the worst first. critical and warning are the conditions of the alerts with that severity, "
        "without their waiting time; the last question names all other alerts that fire. Follow the runbook of the row. The "
        "graphs below show since when.",
        [target(build(), instant=True, table=True) for build in ALL], "none",
        [to("database", "Database"), to("disk", "Disk"), to("certificates", "Certificates"), to("sentinel", "Sentinel"),
         runbook("slow-disk")], (24, 11),
        ["level", "question", "answer", "cluster", "runbook"],
        {"question": "Question", "answer": "Answer", "level": "State", "cluster": "Cluster", "runbook": "Runbook"},
        sort=("State", True),
        overrides=[coloured("State", states, width=90), column("Question", custom__width=260),
                   column("Answer", custom__cellOptions={"type": "auto", "wrapText": True}, custom__inspect=True),
                   column("Cluster", custom__width=90), column("Runbook", custom__width=190, links=[page])])


def disk_row():
    flush = target(where(FLUSH), LEGEND + " {{device}}")
    return graph(
        "1 Disk: time of a flush",
        "Mean time in which a disk under etcd makes a write durable. Below 10 ms is healthy, above 50 ms etcd "
        "suffers. If this row rises first, the disk or its other users are the cause: see what shares it.",
        [flush], "s", [runbook("EtcdDiskSlowFlush"), to("disk", "Disk")],
        limits=steps(GREEN, (0.01, YELLOW), (0.05, RED)), reach=0.02)


def timeouts_row():
    return graph(
        "2 Disk: command timeouts in an hour",
        "New command timeouts (SMART attribute 188) of the disks under etcd. Any is a reason to replace the disk; "
        "0 is healthy. Disks that do not count them have no line.",
        [target(where(f'max by (cluster, host, device) ({recorded("etcd_disk_command_timeouts:increase1h", HOST)})'),
                LEGEND + " {{device}}")],
        "short", [runbook("DiskCommandTimeout"), to("disk", "Disk")], size=(24, 4), limits=steps(GREEN, (1, RED)), reach=3)


def fsync_row():
    return graph(
        "3 fsync: p99 of the WAL",
        "Each write waits for this fsync. Healthy is below 10 ms; above 50 ms heartbeats come late, above 100 ms elections "
        "follow. If it is high and the disk is fast, etcd itself lacks processor time.",
        [target(where(FSYNC), LEGEND)], "s", [runbook("EtcdHighFsyncDuration"), to("disk", "Disk")],
        limits=steps(GREEN, (0.01, YELLOW), (0.1, RED)), reach=0.12)


def heartbeat_row():
    failures = f'max by (cluster, host) ({native("increase(@[5m])", "etcd_server_heartbeat_send_failures_total")})'
    return graph(
        "4 Heartbeats that the leader sent late, in 5 minutes",
        "The leader writes to its disk before it sends: a slow disk delays heartbeats. 0 is healthy. Without slow "
        "fsyncs above, look at the processor and at the network.",
        [target(where(failures), LEGEND)],
        "short", [runbook("EtcdLeaderChanges"), to("database", "Database")], size=(24, 4),
        limits=steps(GREEN, (1, YELLOW)), reach=3)


def leader_row():
    return graph(
        "5 Leader: elections in 5 minutes, unreachable voters",
        "Each election stops all writes for a second or more. More than 5 in 5 minutes is a crisis. If half "
        "of the voters or more are unreachable, there is no quorum. No such line: some voters have no exporter.",
        [target(f'delta({recorded("raft_term:max")}[5m])', "{{cluster}} elections"),
         target(f'{VOTERS} - on (cluster, cluster_id) ({recorded("cluster_voters_reachable:count")} or 0 * {VOTERS}) '
                f'and {EVERY_VOTER_IS_WATCHED}', "{{cluster}} voters unreachable")],
        "short", [runbook("EtcdLeaderChanges"), to("database", "Database")], size=(24, 4),
        limits=steps(GREEN, (1, YELLOW), (5, RED)), reach=3)


def api_row():
    slow = 'histogram_quantile(0.99, sum by (cluster, le) (rate(apiserver_request_sli_duration_seconds_bucket{' \
        'cluster=~"$cluster",verb=~"POST|PUT|PATCH|DELETE"}[$__rate_interval])))'
    burns = 'max by (cluster) (ALERTS{cluster=~"$cluster",alertname="KubeAPIErrorBudgetBurn",alertstate="firing"})'
    pages = [runbook("ControlPlaneDiskIsTheCause"), runbook("ApiserverListSlow"), to("database", "Database")]
    return [graph(
        "6 API server: p99 of writes",
        "What users notice. Above 1 s the API server misses its objective. If a row above rose before this one, the cause "
        "is there.",
        [target(slow, "{{cluster}} writes")], "s", pages, size=(24, 4), limits=steps(GREEN, (1, RED)), reach=1.5), graph(
        "7 API server: the error budget burns",
        "1 while KubeAPIErrorBudgetBurn fires (a rule of kubernetes-mixin). No line: it does not fire.",
        [target(burns, "{{cluster}} burns")], "short", pages, size=(24, 4), limits=steps(GREEN, (1, RED)), reach=3)]


def quota_row():
    member = "{{cluster}} {{member}}"
    free = f'({recorded("db_size_bytes:last10m")} - {recorded("db_size_in_use_bytes:last10m")}) ' \
        f'/ ({recorded("db_quota_bytes:last10m")} > 0)'
    return graph(
        "8 Database: share of the quota that is used, and free pages in it",
        "Act at 80 %. Critical above 95 %, and from 90 % on if it grows or holds live data. At 100 % etcd freezes all "
        "writes. If most of it is free pages, defragment; else delete data or raise the quota.",
        [target(recorded("db_quota_used:ratio"), member + " used"), target(free, member + " free pages")],
        "percentunit", [runbook("EtcdDatabaseQuotaLowSpace"), to("database", "Database")],
        limits=steps(GREEN, (0.8, YELLOW), (0.9, RED)), reach=1)


def compaction_row():
    changed = f'max by (cluster, instance, etcd_endpoint) ({ours("compactor_last_change_timestamp_seconds")})'
    return graph(
        "9 Database: time since the last compaction",
        "The API server compacts every 5 minutes. Beyond 20 minutes history piles up, and the database grows.",
        [target(f"min by (cluster) (time() - {changed})", "{{cluster}} since compaction")],
        "s", [runbook("EtcdCompactionStalled"), to("database", "Database")], size=(24, 4),
        limits=steps(GREEN, (1200, YELLOW)), reach=1500)


def certificate_row():
    # Machines renew certificates that live for days; the answers above compare them with their own lifetime.
    long = f'{recorded("certificate_remaining:seconds", INSTANCE)} and {recorded("certificate_lifetime:seconds")} > 2592000'
    # Aggregate first, then add the label: Prometheus rewrites labels for each step.
    left = of_host(f"min by (cluster, instance) ({long})")
    stale = of_host(f'sum by (cluster, instance) ({ours("served_certificate_matches_file")} == bool 0)')
    return [graph(
        "10 Certificates: time until the first of a node expires",
        "At 0 every handshake with it fails. Less than 30 days: renew soon; less than 3 days: renew now. A line that jumps "
        "up was renewed. Certificates with a lifetime below 30 days are left out.",
        [target(where(left), LEGEND)], "s",
        [runbook("CertificateExpiringCritical"), to("certificates", "Certificates")], size=(24, 4),
        limits=steps(RED, (3 * 86400, YELLOW), (30 * 86400, GREEN)), reach=45 * 86400), graph(
        "11 Certificates: listeners that serve another certificate than their file",
        "Renewed on disk and not yet served: restart the component before the old one expires. 0 is healthy.",
        [target(where(stale), LEGEND)], "short",
        [runbook("ComponentRestartNeeded"), to("certificates", "Certificates")], size=(24, 4),
        limits=steps(GREEN, (1, YELLOW)), reach=3)]


def build():
    return dashboard(
        "overview", "Overview",
        "What is wrong, in words; then disk, fsync, heartbeats, leader, API server, database and certificates on one time "
        "axis: the row that moved first is the cause.",
        [answers(), disk_row(), timeouts_row(), fsync_row(), heartbeat_row(), leader_row(), *api_row(), quota_row(),
         compaction_row(), *certificate_row()])
