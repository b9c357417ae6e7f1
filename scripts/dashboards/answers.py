"""The questions of the Overview, answered in words by their queries, with the thresholds of the alerts that they name."""

from grafana import ALERTS
from promql import CLUSTER, HOST, INSTANCE, MEMBER, SEEN, number, of_host, ours, question, recorded, who

ANSWERING = f'count by (cluster, cluster_id) ({recorded("member_up:last10m")} == 1 unless on {MEMBER} ' \
    f'{recorded("member_is_learner:last10m")} == 1)'
ASKED = f'count by (cluster, cluster_id) ({recorded("member_up:last10m")})'
# 0 where members are asked and none answers; absent where no exporter can ask.
UP = f"({ANSWERING} or 0 * {ASKED})"
VOTERS = recorded("cluster_voters:min")
KNOWN = recorded("member:info")
SIZE, USED = recorded("db_size_bytes:last10m"), recorded("db_quota_used:ratio")
IN_USE, QUOTA = recorded("db_size_in_use_bytes:last10m"), recorded("db_quota_bytes:last10m")
FREE = f"(1 - {IN_USE} / ({SIZE} > 0))"
FSYNC = recorded("wal_fsync_seconds:p99_5m", HOST)
FLUSH = f'max by (cluster, host, device) ({recorded("etcd_disk_flush_seconds:rate5m", HOST)})'
ETCD_ROLE = 'role=~"etcd_data|etcd_wal"'
ON_ETCD = f'and on (cluster, instance, device, serial) {recorded("disk_role:info", HOST, ETCD_ROLE)}'
FAILING = f'max by (cluster, instance, device) (ALERTS{{{CLUSTER},alertname="DiskFailing",alertstate="firing"}} {ON_ETCD})'
SHARED = f"""({recorded("disk_role:info", HOST, 'role="storage_system"')} {ON_ETCD})"""
FAILING_POLLS = f'({ours("poll_success")} == 0)'
TARGETS = recorded("exporter_up:now", INSTANCE)

# As in the alerts: with an exporter on one of three nodes two voters are unseen, although there is a quorum.
# The count of a week starts ten minutes after the first scrape; until then the present count is used.
WATCHED = f'({recorded("members_known:count7d")} or {ASKED})'
EVERY_VOTER_IS_WATCHED = f"on (cluster, cluster_id) {WATCHED} >= on (cluster, cluster_id) {VOTERS}"
TOO_FEW = f"{UP} < {VOTERS} and {EVERY_VOTER_IS_WATCHED}"
UNSEEN = f'(group by (cluster, reason) ({recorded("member_unseen:info")}) unless on (cluster) {recorded("member_up:last10m")})'


def worst_member(condition):
    """The worst member of each cluster, with its value in whole percent."""
    return who(number("percent", f"100 * topk by (cluster) (1, {condition})", "cluster, member, member_id"))


def named_alarm(condition):
    """The member that raised the alarm, by name if it is known."""
    info = f"max by (cluster, cluster_id, member_id, member) ({KNOWN})"
    return who(f"{condition} * on {MEMBER} group_left (member) {info} or ({condition} unless on {MEMBER} {info})")


def voters(reachable):
    return f'{number("up", reachable, "cluster, cluster_id")} * on (cluster, cluster_id) group_left (all) ' \
        f'{number("all", f"({VOTERS} or {ASKED})", "cluster, cluster_id")}'


def disks(name, compared, more="", remember="1h"):
    """Disks under etcd for which the comparison is true, by host."""
    true = f"{ours(name, more, remember)} {compared} {ON_ETCD}"
    return of_host(f"max by (cluster, instance, device) ({true})")


def holds(name, labels, more=""):
    """Where the condition of the alert is true, also while it waits; for alerts that compare more than one moment."""
    compared = "=~" if "|" in name else "="
    return f'max by ({labels}) (ALERTS{{{CLUSTER},alertname{compared}"{name}"{more}}})'


def where_holds(values, name, on):
    """The values for which the condition of the alert is true; for alerts that compare with more than one limit."""
    labels = on.strip("()")
    return f"({values} and on ({labels}) {holds(name, labels)})"


def in_label(label, factor, by):
    return lambda condition: number(label, f"{factor} * ({condition})", by)


def as_it_is(condition):
    return condition


OF_A_DISK, OF_AN_ETCD = "cluster, instance, device, serial", "cluster, cluster_id"
NO_QUORUM = holds("EtcdNoQuorum", OF_AN_ETCD)
DOWN = holds("EtcdDown|EtcdNoQuorum", OF_AN_ETCD)


def writes():
    def alarm(name):
        selector = f'alarm="{name}"'
        return f'({recorded("alarm_active:last10m", more=selector)} == 1)'

    return question(
        "Does etcd take writes?", base=KNOWN,
        bad=[(2, "EtcdNoSpaceAlarm", "No: writes are frozen. {who} reached its quota and raised NOSPACE.",
              alarm("NOSPACE"), named_alarm),
             (2, "EtcdCorruptAlarm", "No: {who} found its data corrupt and raised CORRUPT.",
              alarm("CORRUPT"), named_alarm),
             (2, "EtcdNoQuorum", "No: there is no quorum. {up} of {all} voters answer.",
              f"({UP} and on (cluster, cluster_id) {NO_QUORUM})", voters),
             (2, "EtcdDown", "No: no member answers (etcd cluster {cluster_id}).",
              holds("EtcdDown", OF_AN_ETCD, ',cluster_id!=""'), as_it_is),
             (2, "EtcdDown", "No: no member is seen to answer.",
              holds("EtcdDown", "cluster", ',cluster_id=""'), as_it_is),
             (1, "EtcdMemberStuck", "{who} is stuck: it answers, but takes no part.",
              holds("EtcdMemberStuck", "cluster, cluster_id, member_id, member"), who),
             (1, "EtcdMemberUnreachable", "Only {up} of {all} voters answer.",
              f"({TOO_FEW} unless on (cluster, cluster_id) {DOWN})", voters),
             (1, "EtcdNotSeen", "Not known: etcd and the exporters refuse each other ({reason}).", UNSEEN, as_it_is)],
        good=[("Yes: {up} of {all} voters answer, and there is no alarm.", voters(UP))],
        unknown="no exporter reports a member.")


def quota():
    growth = f"(deriv({SIZE}[6h]) > 0 and {SIZE} offset 3h)"
    hours = f"(({QUOTA} - {SIZE}) / {growth} / 3600)"
    first = "cluster, member, member_id"
    critical = where_holds(USED, "EtcdDatabaseQuotaCritical", MEMBER)
    return question(
        "How long until the quota?", base=USED,
        bad=[(2, "EtcdDatabaseQuotaCritical", "{who} is at {percent} % of its quota.", critical, worst_member),
             (1, "EtcdDatabaseQuotaLowSpace", "{who} is at {percent} % of its quota.", f"({USED} > 0.8 unless {critical})",
              worst_member),
             (1, "EtcdDatabaseFillsSoon", "{who} is full within {hours} hours at the growth of the last 6.",
              f"({hours} < 24 and {USED} > 0.5)",
              lambda soon: who(number("hours", f"bottomk by (cluster) (1, {soon})", first)))],
        good=[("{who} is full in {days} days at the growth of the last 6 hours.",
               who(number("days", f"bottomk by (cluster) (1, floor({hours} / 24))", first))),
              ("No growth, or less than 3 hours of samples. The fullest, {who}, is at {percent} %.",
               f"{worst_member(USED)} unless on (cluster) {hours}")],
        unknown="the quota is disabled, or no member reports it.")


def fragments():
    return question(
        "Would a defragmentation help?", base=FREE,
        bad=[(1, "EtcdHighFragmentation", "Yes: {percent} % of the file of {who} are free pages. Defragment it.",
              f"({FREE} > 0.5 and {SIZE} - {IN_USE} > 0.1 * {QUOTA})", worst_member),
             (1, "EtcdDatabaseFullOfLiveData", "No: {who} is full of live data ({percent} % of its quota). "
              "Delete, or raise the quota.", f'({recorded("db_quota_live:ratio")} > 0.75)', worst_member)],
        good=[("Not much: the worst is {who}, with {percent} % of its file free.", worst_member(FREE))],
        unknown="no member reports its size.")


def compaction():
    changed = f'max by (cluster, instance, etcd_endpoint) ({ours("compactor_last_change_timestamp_seconds", "", "10m")})'
    age = f"min by (cluster) (time() - {changed})"
    return question(
        "Is history compacted?", base=age,
        bad=[(1, "EtcdCompactionStalled", "No: no compaction for {minutes} min, and writes go on.",
              where_holds(age, "EtcdCompactionStalled", "cluster"),
              lambda stalled: number("minutes", f"floor({stalled} / 60)", "cluster"))],
        good=[("Yes: {minutes} min ago.", number("minutes", f"floor(({age}) / 60)", "cluster"))],
        unknown="no compaction was seen yet.")


def disk():
    of_a_host, of_a_disk = in_label("ms", 1000, "cluster, host"), in_label("ms", 1000, "cluster, host, device")
    timeouts = of_host(f'max by (cluster, instance, device) ({ours("disk_command_timeouts_total", "", "1h")} {ON_ETCD} '
                       f'and on (cluster, instance, device) {holds("DiskCommandTimeout", "cluster, instance, device")})')
    critical = where_holds(FSYNC, "EtcdFsyncDurationCritical", "cluster, host")
    waits = "No: etcd on {where} waits for its disk. 99 % of its fsyncs take up to {ms} ms (healthy: below 10)."
    flush = "No: {device} of {where} takes {ms} ms for a flush (healthy: below 10)."
    return question(
        "Is etcd's disk fast and healthy?", base=FSYNC,
        # A disk that completes nothing has no slow fsyncs: without the first two rows the answer would be yes.
        bad=[(2, "EtcdDiskStalled", "No: {device} of {where} completes no request.",
              of_host(holds("EtcdDiskStalled", "cluster, instance, device")), as_it_is),
             (2, "EtcdDataDirUnusable", "No: {path} of {where} cannot be used: {reason}.",
              of_host(holds("EtcdDataDirUnusable", "cluster, instance, path, reason")), as_it_is),
             (2, "EtcdDataDirGone", "No: {path} of {where} lost its files.",
              of_host(holds("EtcdDataDirGone", "cluster, instance, path")), as_it_is),
             (2, "EtcdDataDirFull", "No: {path} of {where} is almost full.",
              of_host(holds("EtcdDataDirFull", "cluster, instance, path")), as_it_is),
             (2, "EtcdFsyncDurationCritical", waits, critical, of_a_host),
             (1, "EtcdHighFsyncDuration", waits, f"({FSYNC} > 0.05 unless {critical})", of_a_host),
             (1, "EtcdDiskSlowFlush", flush, where_holds(FLUSH, "EtcdDiskSlowFlush", "cluster, host, device"), of_a_disk),
             (2, "EtcdDiskFailing", "No: {device} of {where} is failing, and etcd can lose no member.",
              of_host(holds("EtcdDiskFailing", "cluster, instance, device")), as_it_is),
             (1, "DiskFailing", "No: {device} of {where} reports that it is failing.", of_host(FAILING), as_it_is),
             (2, "EtcdDiskHung", "No: {device} of {where} hangs.", disks("disk_read_state", "== 1", 'state="hung"', "10m"),
              as_it_is),
             (1, "DiskCommandTimeout", "No: {device} of {where} did not finish commands in time in 3 days ({n} in its life).",
              timeouts, lambda some: number("n", some, "cluster, host, device")),
             (1, "DiskWornOut", "{device} of {where} is worn: {percent} % of its rated writes are used up.",
              disks("disk_endurance_used_ratio", ">= 0.9"), in_label("percent", 100, "cluster, host, device")),
             (0.25, "EtcdDiskShared", "{owner} also writes to {device} of {where}.",
              f"max by (cluster, host, device, owner) ({SHARED})", as_it_is)],
        good=[("Yes: the slowest, {where}, confirms 99 % of its WAL fsyncs within {ms} ms.",
               of_a_host(f"topk by (cluster) (1, {FSYNC})"))],
        unknown="/etcd/metrics is not scraped.")


def certificates():
    text = "{name} of {where}: {days} days left."
    life = recorded("certificate_lifetime:seconds", INSTANCE)
    # A certificate that lives for a day always has little time left, and a machine renews it: not worth a row.
    long = f'({recorded("certificate_remaining:seconds", INSTANCE)} and {life} > 2592000)'

    def ending(alert):
        return where_holds(recorded("certificate_remaining:seconds", INSTANCE), alert,
                           "cluster, instance, name, kind, path, index")

    def first(count):
        return lambda some: number(
            "days", f"floor({of_host(f'bottomk by (cluster) ({count}, {some})')} / 8640) / 10", "cluster, host, name")

    return question(
        "Which certificate expires first?", base=long,
        bad=[(2, "CertificateExpiringCritical", text, ending("CertificateExpiringCritical"), first(3)),
             (2, "CAExpiringCritical", text, ending("CAExpiringCritical"), first(3)),
             (1, "CertificateExpiringSoon", text, ending("CertificateExpiringSoon"), first(3)),
             (1, "CAExpiringSoon", text, ending("CAExpiringSoon"), first(3))],
        good=[(text, first(1)(long))],
        unknown="no certificate with a lifetime above 30 days was read.")


def served():
    matches = ours("served_certificate_matches_file", "", "10m")
    return question(
        "Are renewed certificates in use?", base=matches,
        bad=[(1, "ComponentRestartNeeded", "No: {component} of {where} has not read its renewed files. Restart it.",
              of_host(holds("ComponentRestartNeeded", "cluster, instance, component")), as_it_is)],
        good=[("Yes. Listeners that serve the certificate on disk: {n}.", number("n", f"count by (cluster) ({matches} == 1)", "cluster"))],
        unknown="no listener is compared with its file.")


def cannot_see():
    silent = f'({recorded("member_up:last10m")} == 1 unless on (cluster, member_id) label_replace(' \
        'last_over_time(etcd_server_id{cluster=~"$cluster"}[10m]), "member_id", "${1}", "server_id", "(.*)"))'
    count = f'count by (cluster) (count by (cluster, instance) ({ours("build_info")}))'
    return question(
        "Exporters that cannot see something", base=f'{ours("build_info")} or {TARGETS}',
        bad=[(1, "SentinelNodeNotCovered", "{where}: its exporter does not answer.",
              of_host(f"(max by (cluster, instance) ({TARGETS}) == 0)"), as_it_is),
             (1, "SentinelCollectorFailing", "{where}: polls of the collector {collector} fail.",
              of_host(f"max by (cluster, instance, collector) ({FAILING_POLLS})"), as_it_is),
             (1, "EtcdMetricsAbsent", "etcd's own metrics of {who} are not scraped.", silent, who)],
        good=[("None. Exporters that see everything: {n}.", number("n", count, "cluster"))],
        unknown="there is no exporter.")


def backups():
    newest = recorded("backup_newest_timestamp_seconds:last15m")
    age = f"(time() - {newest})"
    too_old = holds("EtcdBackupTooOld", OF_AN_ETCD)
    corrupt = f'max by (cluster, instance, file) ({ours("backup_corrupt_timestamp_seconds", "", "15m")})'

    def hours(some):
        return number("hours", f"floor({some} / 3600)", "cluster")

    return question(
        "Is there a recent backup?", base=recorded("backup_expected:last15m"),
        bad=[(1, "EtcdBackupTooOld", "No: the newest is {hours} h old.", f"({age} and on (cluster, cluster_id) {too_old})", hours),
             (1, "EtcdBackupTooOld", "No: there is none.", f"({too_old} unless on (cluster, cluster_id) {newest})", as_it_is),
             (1, "EtcdBackupBroken", "{file} of {where} cannot be restored.", of_host(corrupt), as_it_is)],
        good=[("Yes: {hours} h old.", hours(f"max by (cluster) ({age})"))],
        unknown="no backup is seen, and none is expected.")


ANSWERS = (writes, quota, fragments, compaction, disk, certificates, served, backups, cannot_see)


UNDER_ETCD = recorded("disk_role:info", CLUSTER, ETCD_ROLE)
VOTER_DOWN = f'({recorded("member_up:last10m")} == 0 unless on {MEMBER} {recorded("member_is_learner:last10m")} == 1)'
# Alerts that fire for more than their question covers: disks that do not carry etcd, attributes, members that come and
# go, nodes that never had an exporter, credentials that cannot be used. With the series that a question covers
# already, and the labels that identify them.
FOR_MORE = {
    "DiskWornOut": (OF_A_DISK, UNDER_ETCD),
    "DiskCommandTimeout": (OF_A_DISK, UNDER_ETCD),
    "DiskFailing": (OF_A_DISK, UNDER_ETCD),
    "EtcdMemberUnreachable": (f"{OF_AN_ETCD}, member_id",
                              f"({VOTER_DOWN} and on ({OF_AN_ETCD}) ({TOO_FEW} or {DOWN}))"),
    "EtcdNotSeen": ("cluster, reason", UNSEEN),
    "SentinelNodeNotCovered": ("cluster, instance", f"({TARGETS} == 0)"),
    "SentinelCollectorFailing": ("cluster, instance, collector", FAILING_POLLS),
}


def others():
    """All alerts that no other question covers: else a critical alert could fire while all answers are ok."""
    named = "\n".join(answer() for answer in ANSWERS)

    def alerts(names, severity):
        return f'ALERTS{{{CLUSTER},alertstate="firing",severity="{severity}",alertname=~"{"|".join(sorted(names))}"}}'

    def firing(severity):
        names = {name for name, of in ALERTS if of == severity}
        more = {}
        for name in sorted(names & FOR_MORE.keys()):
            more.setdefault(FOR_MORE[name], []).append(name)
        unasked = alerts({name for name in names if f'"{name}"' not in named}, severity)
        return "(" + " or ".join([unasked] + [
            f"({alerts(some, severity)} unless on ({by}) {covered})" for (by, covered), some in more.items()]) + ")"

    def counted(some):
        return number("n", f"count by (cluster, alertname) ({some})", "cluster, alertname")

    asked = question(
        "Does any other alert fire?", base=f'{KNOWN} or {recorded("certificate_remaining:seconds")}',
        bad=[(2, "", "{alertname} fires ({n}).", firing("critical"), counted),
             (1, "", "{alertname} fires ({n}).", firing("warning"), counted)],
        good=[("No.", SEEN)],
        unknown="Prometheus has no series of the rules.")
    return f'label_replace({asked}, "runbook", "${{1}}", "answer", "(\\\\w+) fires.*")'


ALL = (*ANSWERS, others)
