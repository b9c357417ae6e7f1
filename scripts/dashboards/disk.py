"""The disks: their roles, SMART values decoded, and the kernel's statistics of those under etcd."""

from board import dashboard
from grafana import GREEN, RED, YELLOW, coloured, column, graph, runbook, steps, table, target, to, words
from promql import HOST, INSTANCE, of_host, ours, recorded, where

DISK = "{{cluster}} {{where}} {{device}}"
LINKS = [to("database", "Database"), to("overview", "Overview")]
ON = "max by (cluster, host, device, serial)"


def of_disk(name, more=""):
    return where(f"{ON} ({of_host(ours(name, more))})")


def rate(name):
    selector = f"etcd_sentinel_{name}{{{INSTANCE}}}"
    return of_host(f"rate({selector}[$__rate_interval])")


def increase(name, window):
    selector = f"etcd_sentinel_{name}{{{INSTANCE}}}"
    return where(f"{ON} ({of_host(f'increase({selector}[{window}])')})")


def roles():
    role = where(f'max by (cluster, host, device, serial, role, owner, path) ({recorded("disk_role:info", HOST)})')
    return table(
        "Which disk carries what", "One row for each folder and disk. etcd should have a disk of its own: a busy storage "
        "system (Longhorn, Rook, OpenEBS) on the same disk makes etcd wait.",
        [target(role, instant=True, table=True)], "none", [runbook("EtcdDiskShared"), *LINKS], (12, 8),
        ["cluster", "where", "device", "role", "owner", "path"],
        {"cluster": "Cluster", "where": "Node", "device": "Disk", "role": "Carries", "owner": "Of", "path": "Folder"},
        sort=("Disk", False),
        overrides=[column("Carries", mappings=words(
            ("etcd_data", "etcd: data", "blue"), ("etcd_wal", "etcd: WAL", "blue"),
            ("storage_system", "storage system", "orange")))])


def unresolved():
    missing = where(f'max by (cluster, host, role, path, reason) ({of_host(ours("disk_role_unresolved"))})')
    return table(
        "Folders whose disk is not known", "Empty is ok. Reason overlay or not_mounted: mount the host's "
        "path into the pod; tmpfs, network: etcd is not on a local disk.",
        [target(missing, instant=True, table=True)], "none", [runbook("EtcdDiskUnresolved"), *LINKS], (12, 8),
        ["cluster", "where", "role", "path", "reason"],
        {"cluster": "Cluster", "where": "Node", "role": "Carries", "path": "Folder", "reason": "Reason"})


def smart():
    queries = {
        "Healthy": of_disk("disk_healthy"), "Command timeouts": of_disk("disk_command_timeouts_total"),
        "New in a day": increase("disk_command_timeouts_total", "1d"),
        "Rated writes used": of_disk("disk_endurance_used_ratio"),
        "Spare left": of_disk("disk_spare_available_ratio"), "Running for": of_disk("disk_power_on_seconds"),
        "Media errors": of_disk("disk_media_errors_total"), "Pending sectors": of_disk("disk_pending_sectors"),
        "Reallocated": of_disk("disk_reallocated_sectors"), "Temperature": of_disk("disk_temperature_celsius"),
    }
    models = where(f'max by (cluster, host, device, serial, model) ({recorded("disk_model:info", HOST)})')
    labelled = [f"({query}) * on (cluster, host, device, serial) group_left (model) topk by (cluster, host, device, serial)"
                f" (1, {models})" for query in queries.values()]
    values = {f"Value #{chr(65 + index)}": name for index, name in enumerate(queries)}
    zero = steps("transparent", (1, "dark-yellow"))
    return table(
        "SMART values, decoded", "Every disk of the node. Values that a disk does not report are empty. Plan a replacement "
        "for new command timeouts, pending sectors, or rated writes used from 80 %; at 90 % it is worn out.",
        [target(query, instant=True, table=True) for query in labelled], "short",
        [runbook("DiskFailing"), runbook("DiskWearHigh"), runbook("DiskCommandTimeout"), *LINKS], (24, 8),
        ["cluster", "where", "device", "serial", "model", *values],
        {"cluster": "Cluster", "where": "Node", "device": "Disk", "serial": "Serial", "model": "Model", **values},
        sort=("Rated writes used", True),
        overrides=[coloured("Healthy", words((0, "failing", "dark-red"), (1, "yes", "transparent")), unit="none"),
                   coloured("New in a day", limits=zero), coloured("Pending sectors", limits=zero),
                   coloured("Media errors", limits=zero), column("Running for", unit="s"),
                   coloured("Rated writes used", unit="percentunit",
                            limits=steps("transparent", (0.8, "dark-yellow"), (0.9, "dark-red"))),
                   column("Spare left", unit="percentunit"), column("Temperature", unit="celsius")])


def states():
    state = where(f'max by (cluster, host, device, serial, state) ({of_host(ours("disk_read_state"))} == 1)')
    return table(
        "Can each disk be read?", "waiting: not read yet. hung: smartctl cannot be killed, because the disk does "
        "not answer. Others: see the runbook.",
        [target(state, instant=True, table=True)], "none", [runbook("DiskUnreadable"), runbook("DiskHung"), *LINKS],
        (12, 7), ["cluster", "where", "device", "serial", "state"],
        {"cluster": "Cluster", "where": "Node", "device": "Disk", "serial": "Serial", "state": "State"},
        overrides=[coloured("State", words(("ok", "ok", "transparent"), ("hung", "hung", "dark-red"),
                                           ("failed", "failed", "dark-yellow")))])


def folders():
    state = where(f'max by (cluster, host, role, path, state) ({of_host(ours("data_dir_state"))} == 1)')
    return table(
        "State of etcd's folders", "missing or empty: it has no files of etcd, as before a member joins. "
        "forbidden: the exporter has no permission. incomplete: a part cannot be counted.",
        [target(state, instant=True, table=True)], "none",
        [runbook("EtcdDataDirUnusable"), runbook("EtcdDataDirGone"), *LINKS],
        (12, 7), ["cluster", "where", "role", "path", "state"],
        {"cluster": "Cluster", "where": "Node", "role": "Carries", "path": "Folder", "state": "State"},
        overrides=[coloured("State", words(("ok", "ok", "transparent"), ("unreadable", "unreadable", "dark-red"),
                                           ("missing", "missing", "dark-yellow"), ("empty", "empty", "dark-yellow")))])


def lines(title, description, targets, unit, pages, limits=None, **more):
    return graph(title, description, targets, unit, [*map(runbook, pages), *LINKS], size=(12, 7), limits=limits, **more)


def graphs():
    flush = recorded("etcd_disk_flush_seconds:rate5m", HOST)
    bytes_of = f'max by (cluster, host, part) ({of_host(ours("data_dir_bytes"))})'
    free = f'{ours("filesystem_avail_bytes")} / {ours("filesystem_size_bytes")}'
    return [
        lines("Wear: rated writes used", "At 100 % the rated life ends. Above 80 % order a disk, above "
              "90 % replace it.", [target(of_disk("disk_endurance_used_ratio"), DISK)], "percentunit",
              ["DiskWearHigh"], steps(GREEN, (0.8, YELLOW), (0.9, RED))),
        lines("New command timeouts in an hour", "Commands that the disk did not finish in time. 0 is healthy; "
              "each one stalls etcd.",
              [target(increase("disk_command_timeouts_total", "1h"), DISK)], "short",
              ["DiskCommandTimeout"], steps(GREEN, (1, RED))),
        lines("Time of a flush", "Mean over 5 minutes, of the disks under etcd. Below 10 ms is healthy, above 50 ms etcd "
              "suffers. If a line ends while utilisation is full, that disk completes no request.",
              [target(where(f"{ON} ({flush})"), DISK)], "s", ["EtcdDiskSlowFlush", "EtcdDiskStalled"],
              steps(GREEN, (0.01, YELLOW), (0.05, RED))),
        lines("WAL fsync: p99", "As etcd itself measures it. Healthy is below 10 ms, above 100 ms "
              "elections follow.",
              [target(where(recorded("wal_fsync_seconds:p99_5m", HOST)), "{{cluster}} {{where}}")], "s",
              ["EtcdHighFsyncDuration"], steps(GREEN, (0.01, YELLOW), (0.1, RED))),
        lines("Utilisation", "Share of time with at least one request in flight. Above 50 % is bad on a disk "
              "that others share with etcd.", [target(where(f'{ON} ({rate("disk_io_time_seconds_total")})'), DISK)], "percentunit",
              ["EtcdDiskBusy"], steps(GREEN, (0.5, YELLOW))),
        lines("Bytes written", "To the disks that carry a role. Heavy writes to etcd's disk delay etcd.",
              [target(where(f'{ON} ({rate("disk_io_written_bytes_total")})'), DISK)], "Bps",
              ["EtcdDiskBusy", "EtcdDiskShared"]),
        lines("Tasks that waited for a disk", "Share of time in which a task of the node waited for any disk (PSI). "
              "High, and flushes are slow: the node writes more than its disks can.",
              [target(where(f'max by (cluster, host) ({rate("io_pressure_waiting_seconds_total")})'),
                      "{{cluster}} {{where}}")], "percentunit", ["EtcdDiskBusy"]),
        lines("Space left for etcd", "Share of the file system. Below 10 %, or below the size of the live "
              "data, a defragmentation fills it: free space first.",
              [target(where(f"min by (cluster, host, role) ({of_host(free)})"), "{{cluster}} {{where}} {{role}}")],
              "percentunit", ["EtcdDataDirLowSpace", "EtcdDataDirLowInodes", "EtcdDataDirFull"], steps(RED, (0.1, GREEN))),
        lines("Size of etcd's folder, by part", "backend: the database. wal: the log. snapshots: old snapshots. "
              "Growing snapshots or wal: etcd cannot purge.",
              [target(where(bytes_of), "{{cluster}} {{where}} {{part}}")], "bytes", ["EtcdDataDirLowSpace"], stack=True),
    ]


def build():
    return dashboard("disk", "Disk", "Disks of the control-plane nodes: roles, SMART, wear, timeouts, flushes, load.",
                     [smart(), roles(), unresolved(), states(), folders(), *graphs()])
