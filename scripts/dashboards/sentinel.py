"""The exporter itself: where it runs, which polls fail, what it costs."""

from board import dashboard
from grafana import GREEN, RED, YELLOW, coloured, graph, panel, runbook, steps, table, target, to, words
from promql import INSTANCE, of_host, ours, recorded, where

LINKS = [to("overview", "Overview")]
COLLECTOR = "{{cluster}} {{where}} {{collector}}"


def collectors(name, form="{}"):
    return where(form.format(f"max by (cluster, host, collector) ({of_host(ours(name))})"))


def targets():
    up = recorded("exporter_up:now", INSTANCE)
    version = where(f'max by (cluster, host, version, revision) ({of_host(ours("build_info"))})')
    return table(
        "Exporters", "One row for each that Prometheus scrapes. A control-plane node without a row is not watched.",
        [target(version, instant=True, table=True)], "none", [runbook("SentinelNodeNotCovered"), *LINKS], (12, 7),
        ["cluster", "where", "version", "revision"],
        {"cluster": "Cluster", "where": "Node", "version": "Version", "revision": "Revision"}), table(
        "Targets of Prometheus", "down: the exporter does not answer, or cannot be reached. Look at its pod and its port.",
        [target(where(f"min by (cluster, host) ({of_host(up)})"), instant=True, table=True)], "none",
        [runbook("SentinelNodeNotCovered"), runbook("SentinelAbsent"), *LINKS], (12, 7), ["cluster", "where", "Value"],
        {"cluster": "Cluster", "where": "Node", "Value": "State"}, sort=("State", False),
        overrides=[coloured("State", words((0, "down", "dark-red"), (1, "up", "transparent")))])


def increase(name, by):
    selector = f"etcd_sentinel_{name}{{{INSTANCE}}}"
    return where(f"max by (cluster, host, {by}) ({of_host(f'increase({selector}[1h])')})")


def success():
    return panel(
        "state-timeline", "Polls of each collector", "While the polls of a collector fail, its alerts cannot fire. The reason "
        "is in the table below, and on the exporter's own page.",
        [target(collectors("poll_success"), COLLECTOR)], "none", [runbook("SentinelCollectorFailing"), *LINKS], (24, 8),
        defaults={"custom": {"fillOpacity": 70, "lineWidth": 0}, "color": {"mode": "thresholds"},
                  "mappings": words((0, "fails", "dark-red"), (1, "ok", "dark-green")),
                  "thresholds": steps("dark-red", (1, "dark-green"))},
        options={"mergeValues": True, "showValue": "auto", "alignValue": "left", "rowHeight": 0.8,
                 "legend": {"displayMode": "list", "placement": "bottom", "showLegend": False, "calcs": []},
                 "tooltip": {"mode": "single", "sort": "none"}})


def failures():
    polls = where(f'max by (cluster, host, collector, reason) ({of_host(ours("poll_failure"))})')
    credentials = where(f'max by (cluster, host, etcd_endpoint, reason) '
                        f'({of_host(ours("client_credentials_load_failure"))})')
    return table(
        "Why polls fail", "Empty is ok. timeout: no answer from etcd, a disk or a file; forbidden: no permission.",
        [target(polls, instant=True, table=True)], "none", [runbook("SentinelCollectorFailing"), *LINKS], (12, 7),
        ["cluster", "where", "collector", "reason"],
        {"cluster": "Cluster", "where": "Node", "collector": "Collector", "reason": "Reason"}), table(
        "Client certificates for etcd that cannot be used", "Empty is ok. The exporter keeps the last usable "
        "pair.", [target(credentials, instant=True, table=True)], "none",
        [runbook("SentinelCollectorFailing"), *LINKS], (12, 7), ["cluster", "where", "etcd_endpoint", "reason"],
        {"cluster": "Cluster", "where": "Node", "etcd_endpoint": "Endpoint", "reason": "Reason"})


def of_process(metric, function="{}"):
    # etcd's own metrics page has process_* too, on the same instance.
    mine = f'{function.format(metric + "{" + INSTANCE + "}")} and on (cluster, job, instance) {ours("build_info")}'
    return where(f"max by (cluster, host) ({of_host(mine)})")


def graphs():
    def lines(title, description, query, legend, unit, page="SentinelCollectorFailing", limits=None):
        return graph(title, description, [target(query, legend)], unit, [runbook(page), *LINKS], size=(12, 7),
                     limits=limits)

    node = "{{cluster}} {{where}}"
    asked = "rate(etcd_sentinel_probe_duration_seconds_bucket{" + INSTANCE + "}[$__rate_interval])"
    quantile = where(of_host(f"histogram_quantile(0.99, sum by (cluster, instance, probe, le) ({asked}))"))
    age = f'time() - {ours("poll_last_success_timestamp_seconds")}'
    relative = f'{ours("poll_duration_seconds")} / {ours("poll_interval_seconds")}'
    return [
        lines("Time since the last successful poll", "More than 15 min, or a few intervals: the collector hangs or fails.",
              where(f"max by (cluster, host, collector) ({of_host(age)})"), COLLECTOR, "s",
              limits=steps(GREEN, (900, YELLOW))),
        lines("Duration of a poll, as share of its interval", "Above 80 % there is little room; at 100 % the next poll is skipped. etcd, the disk or the files are slow.",
              where(f"max by (cluster, host, collector) ({of_host(relative)})"), COLLECTOR, "percentunit",
              limits=steps(GREEN, (0.8, YELLOW), (1, RED))),
        lines("Subjects of each collector", "Members, drives, certificates. A falling number: something is gone. 0 where "
              "there is nothing to watch.", collectors("collector_subjects"), COLLECTOR, "short"),
        lines("Probes of etcd: p99", "linearizable_read waits for a quorum and the disk; status does "
              "not. Both slow: the network or the processor.", quantile, "{{cluster}} {{where}} {{probe}}", "s",
              "EtcdMemberUnreachable"),
        lines("Memory", "Resident bytes. Steady growth over days is a leak: report it.",
              of_process("process_resident_memory_bytes"), node, "bytes", "SentinelAbsent"),
        lines("Processor", "Share of one processor. A few tenths of a percent are usual.",
              of_process("process_cpu_seconds_total", "rate({}[$__rate_interval])"), node, "percentunit", "SentinelAbsent"),
        lines("Samples dropped in an hour", "0 is ok. Prometheus would reject the whole page because of these samples.",
              increase("samples_dropped_total", "collector"),
              COLLECTOR, "short", limits=steps(GREEN, (1, YELLOW))),
        lines("Rejected requests", "Wrong passwords, rejected client certificates (the log says why) or "
              "too many requests at once, in an hour. Empty without web.config.file.",
              increase("web_requests_refused_total", "reason"),
              node + " {{reason}}", "short", "SentinelWebConfigFailing"),
    ]


def build():
    return dashboard("sentinel", "Sentinel", "The exporter itself: where it runs, which polls fail, what it costs.",
                     [*targets(), success(), *failures(), *graphs()])
