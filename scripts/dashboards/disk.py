"""The disks: which carries what, what SMART says decoded, and what the kernel sees of those under etcd."""

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
        "Which disk carries what", "One row for each folder and disk. etcd should be alone on its disk: a storage system "
        "(Longhorn, Rook, OpenEBS) on the same one makes etcd wait whenever it is busy.",
        [target(role, instant=True, table=True)], "none", [runbook("EtcdDiskShared"), *LINKS], (12, 8),
        ["cluster", "where", "device", "role", "owner", "path"],
        {"cluster": "Cluster", "where": "Node", "device": "Disk", "role": "Carries", "owner": "Of", "path": "Folder"},
        sort=("Disk", False),
        overrides=[column("Carries", mappings=words(
            ("etcd_data", "etcd: data", "blue"), ("etcd_wal", "etcd: WAL", "blue"),
            ("storage_system", "STORAGE SYSTEM", "orange")))])


def unresolved():
    missing = where(f'max by (cluster, host, role, path, reason) ({of_host(ours("disk_role_unresolved"))})')
    return table(
        "Folders whose disk is not known", "Empty is well. The reason says why: overlay or not_mounted: mount the host's "
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
        "What SMART says, decoded", "Of every disk of the node. A number that a disk does not tell is empty. New command "
        "timeouts, spent writes (from 80 %; 90 % is critical) and pending sectors announce the end: plan the replacement.",
        [target(query, instant=True, table=True) for query in labelled], "short",
        [runbook("DiskFailing"), runbook("DiskWearHigh"), runbook("DiskCommandTimeout"), *LINKS], (24, 8),
        ["cluster", "where", "device", "serial", "model", *values],
        {"cluster": "Cluster", "where": "Node", "device": "Disk", "serial": "Serial", "model": "Model", **values},
        sort=("Rated writes used", True),
        overrides=[coloured("Healthy", words((0, "FAILING", "dark-red"), (1, "yes", "transparent")), unit="none"),
                   coloured("New in a day", limits=zero), coloured("Pending sectors", limits=zero),
                   coloured("Media errors", limits=zero), column("Running for", unit="s"),
                   coloured("Rated writes used", unit="percentunit",
                            limits=steps("transparent", (0.8, "dark-yellow"), (0.9, "dark-red"))),
                   column("Spare left", unit="percentunit"), column("Temperature", unit="celsius")])


def states():
    state = where(f'max by (cluster, host, device, serial, state) ({of_host(ours("disk_read_state"))} == 1)')
    return table(
        "Can each disk be read?", "ok is well, waiting is not asked yet. hung: smartctl cannot be killed, the disk does "
        "not answer at all. Others: see the runbook.",
        [target(state, instant=True, table=True)], "none", [runbook("DiskUnreadable"), runbook("DiskHung"), *LINKS],
        (12, 7), ["cluster", "where", "device", "serial", "state"],
        {"cluster": "Cluster", "where": "Node", "device": "Disk", "serial": "Serial", "state": "State"},
        overrides=[coloured("State", words(("ok", "ok", "transparent"), ("hung", "HUNG", "dark-red"),
                                           ("failed", "FAILED", "dark-yellow")))])


def folders():
    state = where(f'max by (cluster, host, role, path, state) ({of_host(ours("data_dir_state"))} == 1)')
    return table(
        "What are etcd's folders like?", "ok is well. missing or empty: nothing of etcd is in it, which is right before a "
        "member joins. forbidden: the exporter may not look. incomplete: a part cannot be counted.",
        [target(state, instant=True, table=True)], "none",
        [runbook("EtcdDataDirUnreadable"), runbook("EtcdDataDirGone"), *LINKS],
        (12, 7), ["cluster", "where", "role", "path", "state"],
        {"cluster": "Cluster", "where": "Node", "role": "Carries", "path": "Folder", "state": "State"},
        overrides=[coloured("State", words(("ok", "ok", "transparent"), ("unreadable", "UNREADABLE", "dark-red"),
                                           ("missing", "missing", "dark-yellow"), ("empty", "empty", "dark-yellow")))])


def lines(title, description, targets, unit, pages, limits=None, **more):
    return graph(title, description, targets, unit, [*map(runbook, pages), *LINKS], size=(12, 7), limits=limits, **more)


def graphs():
    flush = recorded("etcd_disk_flush_seconds:rate5m", HOST)
    bytes_of = f'max by (cluster, host, part) ({of_host(ours("data_dir_bytes"))})'
    free = f'{ours("filesystem_avail_bytes")} / {ours("filesystem_size_bytes")}'
    return [
        lines("Wear: rated writes that are used up", "At 100 % the maker's promise ends. Above 80 % order a disk, above "
              "90 % replace it.", [target(of_disk("disk_endurance_used_ratio"), DISK)], "percentunit",
              ["DiskWearHigh"], steps(GREEN, (0.8, YELLOW), (0.9, RED))),
        lines("New command timeouts in an hour", "Commands that the disk did not finish in time. 0 is healthy; any "
              "announces stalls of etcd.",
              [target(increase("disk_command_timeouts_total", "1h"), DISK)], "short",
              ["DiskCommandTimeout"], steps(GREEN, (1, RED))),
        lines("Time of a flush", "Mean over 5 minutes, of the disks under etcd. Below 10 ms is healthy, above 50 ms etcd "
              "suffers. A line that ends beside full utilisation: that disk answers nothing.",
              [target(where(f"{ON} ({flush})"), DISK)], "s", ["EtcdDiskSlowFlush", "EtcdDiskStalled"],
              steps(GREEN, (0.01, YELLOW), (0.05, RED))),
        lines("WAL fsync: 99 % are faster than", "As etcd itself sees its disk. Healthy is below 10 ms, above 100 ms "
              "elections follow.",
              [target(where(recorded("wal_fsync_seconds:p99_5m", HOST)), "{{cluster}} {{where}}")], "s",
              ["EtcdHighFsyncDuration"], steps(GREEN, (0.01, YELLOW), (0.1, RED))),
        lines("Utilisation", "Share of time with at least one request under way. Above 50 % is bad only together with slow "
              "flushes.", [target(where(f'{ON} ({rate("disk_io_time_seconds_total")})'), DISK)], "percentunit",
              ["EtcdDiskBusy"], steps(GREEN, (0.5, YELLOW))),
        lines("Bytes written", "To the disks that carry a role. Who writes much to etcd's disk delays etcd.",
              [target(where(f'{ON} ({rate("disk_io_written_bytes_total")})'), DISK)], "Bps",
              ["EtcdDiskBusy", "EtcdDiskShared"]),
        lines("Tasks that waited for a disk", "Share of time in which some task of the node waited for any disk (PSI). "
              "High beside slow flushes: the node writes more than its disks can.",
              [target(where(f'max by (cluster, host) ({rate("io_pressure_waiting_seconds_total")})'),
                      "{{cluster}} {{where}}")], "percentunit", ["EtcdDiskBusy"]),
        lines("Space left where etcd writes", "Share of the file system. Below 10 %, or less than the live data, a "
              "defragmentation fills it: free space before.",
              [target(where(f"min by (cluster, host, role) ({of_host(free)})"), "{{cluster}} {{where}} {{role}}")],
              "percentunit", ["EtcdDataDirLowSpace", "EtcdDataDirLowInodes", "EtcdDataDirReadOnly"], steps(RED, (0.1, GREEN))),
        lines("What etcd's folder holds", "backend is the database, wal the log, snapshots what is left of snapshots. "
              "Growing snapshots or wal: etcd cannot purge.",
              [target(where(bytes_of), "{{cluster}} {{where}} {{part}}")], "bytes", ["EtcdDataDirLowSpace"], stack=True),
    ]


def build():
    return dashboard("disk", "Disk", "Disks of the control-plane nodes: roles, SMART, wear, timeouts, flushes, load.",
                     [smart(), roles(), unresolved(), states(), folders(), *graphs()])
