"""The questions of a bad night, answered in words by their queries. Thresholds are those of the alerts of that name."""

from grafana import ALERTS
from promql import CLUSTER, HOST, INSTANCE, MEMBER, SEEN, number, of_host, ours, question, recorded, who

UP = f'count by (cluster, cluster_id) ({recorded("member_up:last10m")} == 1 unless on {MEMBER} ' \
    f'{recorded("member_is_learner:last10m")} == 1)'
VOTERS = recorded("cluster_voters:min")
KNOWN = recorded("member:info")
SIZE, USED = recorded("db_size_bytes:last10m"), recorded("db_quota_used:ratio")
IN_USE, QUOTA = recorded("db_size_in_use_bytes:last10m"), recorded("db_quota_bytes:last10m")
FREE = f"(1 - {IN_USE} / ({SIZE} > 0))"
FSYNC = recorded("wal_fsync_seconds:p99_5m", HOST)
FLUSH = f'max by (cluster, host, device) ({recorded("etcd_disk_flush_seconds:rate5m", HOST)})'
ETCD_ROLE = 'role=~"etcd_data|etcd_wal"'
ON_ETCD = f'and on (cluster, instance, device, serial) {recorded("disk_role:info", HOST, ETCD_ROLE)}'
FAILING = f'({ours("disk_healthy", "", "1h")} == 0 {ON_ETCD})'
SHARED = f"""({recorded("disk_role:info", HOST, 'role="storage_system"')} {ON_ETCD})"""
SEES_NOTHING = f'({ours("poll_success")} == 0)'
TARGETS = 'up{job="control-plane-sentinel",' + INSTANCE + "}"

# As the alerts have it: with an exporter on one of three nodes two voters are not seen, and there is a quorum.
# The count of a week comes ten minutes after the first scrape; until then those of now.
WATCHED = f'({recorded("members_known:count7d")} or count by (cluster, cluster_id) ({recorded("member_up:last10m")}))'
EVERY_VOTER_IS_WATCHED = f"on (cluster, cluster_id) {WATCHED} >= on (cluster, cluster_id) {VOTERS}"
TOO_FEW = f"{UP} < {VOTERS} and {EVERY_VOTER_IS_WATCHED}"
# Where targets have no label cluster, one Prometheus may watch several: one of them alone may be down.
NOBODY = f'(max by (cluster, cluster_id) ({recorded("member_up:last10m")}) == 0)'


def worst_member(condition):
    """The worst member of each cluster, with its value in whole percent."""
    return who(number("percent", f"100 * topk by (cluster) (1, {condition})", "cluster, member, member_id"))


def named_alarm(condition):
    """Who raised the alarm, by name where it is known."""
    info = f"max by (cluster, cluster_id, member_id, member) ({KNOWN})"
    return who(f"{condition} * on {MEMBER} group_left (member) {info} or ({condition} unless on {MEMBER} {info})")


def voters(reachable):
    return f'{number("up", reachable, "cluster, cluster_id")} * on (cluster, cluster_id) group_left (all) ' \
        f'{number("all", VOTERS, "cluster, cluster_id")}'


def disks(name, compared, more="", remember="1h"):
    """Disks under etcd of which it is true, by host."""
    true = f"{ours(name, more, remember)} {compared} {ON_ETCD}"
    return of_host(f"max by (cluster, instance, device) ({true})")


def fires(name, labels):
    """Where the alert does: of those that look at more than one moment."""
    return f'max by ({labels}) (ALERTS{{{CLUSTER},alertname="{name}",alertstate="firing"}})'


def in_label(label, factor, by):
    return lambda condition: number(label, f"{factor} * ({condition})", by)


def as_it_is(condition):
    return condition


def answered(name, compared, remember=""):
    """Clusters of which a member answered such a question of the exporter's so."""
    selector = f'etcd_sentinel_probe_success{{{CLUSTER},probe="{name}"}}'
    said = f"last_over_time({selector}[{remember}])" if remember else selector
    info = f"max by (cluster, instance, etcd_endpoint, cluster_id) ({KNOWN})"
    return f"group by (cluster, cluster_id) ((max by (cluster, instance, etcd_endpoint) ({said}) {compared}) " \
        f"* on (cluster, instance, etcd_endpoint) group_left (cluster_id) {info})"


def no_quorum():
    return f'({answered("linearizable_read", "== 0", "10m")} and {answered("serializable_read", "== 1", "10m")} ' \
        f'unless {answered("linearizable_read", "== 1")})'


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
              f"({UP} and {no_quorum()})", voters),
             (2, "EtcdNoQuorum", "No: no member answers (etcd cluster {cluster_id}).", NOBODY, as_it_is),
             (1, "EtcdMemberStuck", "Yes, but {who} takes no part, though it answers.",
              fires("EtcdMemberStuck", "cluster, cluster_id, member_id, member"), who),
             (1, "EtcdMemberUnreachable", "Yes, but {up} of {all} voters answer.",
              f"({TOO_FEW} unless {no_quorum()})", voters)],
        good=[("Yes: {up} of {all} voters answer, and there is no alarm.", voters(UP))],
        unknown="no exporter has seen a member.")


def quota():
    growth = f"(deriv({SIZE}[6h]) > 0 and {SIZE} offset 3h)"
    hours = f"(({QUOTA} - {SIZE}) / {growth} / 3600)"
    first = "cluster, member, member_id"
    return question(
        "How long until the quota?", base=USED,
        bad=[(2, "EtcdDatabaseQuotaCritical", "{who} is at {percent} % of its quota.", f"({USED} > 0.9)", worst_member),
             (1, "EtcdDatabaseQuotaLowSpace", "{who} is at {percent} % of its quota.", f"({USED} > 0.8 <= 0.9)",
              worst_member),
             (1, "EtcdDatabaseFillsSoon", "{who} is full within {hours} hours, as it grew in the last 6.",
              f"({hours} < 24 and {USED} > 0.5)",
              lambda soon: who(number("hours", f"bottomk by (cluster) (1, {soon})", first)))],
        good=[("{who} is full in {days} days, as it grew in the last 6 hours.",
               who(number("days", f"bottomk by (cluster) (1, floor({hours} / 24))", first))),
              ("It does not grow, or is seen for less than 3 hours. The fullest, {who}, is at {percent} %.",
               f"{worst_member(USED)} unless on (cluster) {hours}")],
        unknown="the quota is disabled, or no member tells it.")


def fragments():
    return question(
        "Would a defragmentation help?", base=FREE,
        bad=[(1, "EtcdHighFragmentation", "Yes: {percent} % of the file of {who} are free pages. Defragment it.",
              f"({FREE} > 0.5 and {SIZE} - {IN_USE} > 0.1 * {QUOTA})", worst_member),
             (1, "EtcdDatabaseFullOfLiveData", "No: {who} is full of live data ({percent} % of its quota). "
              "Delete, or raise the quota.", f'({recorded("db_quota_live:ratio")} > 0.75)', worst_member)],
        good=[("Not much: the worst is {who}, with {percent} % of its file free.", worst_member(FREE))],
        unknown="no member tells its size.")


def compaction():
    changed = f'max by (cluster, instance, etcd_endpoint) ({ours("compactor_last_change_timestamp_seconds", "", "10m")})'
    age = f"min by (cluster) (time() - {changed})"
    # How long may pass depends on etcd's own configuration: the alert knows.
    firing = 'ALERTS{cluster=~"$cluster",alertname="EtcdCompactionStalled",alertstate="firing"}'
    return question(
        "Is history compacted?", base=age,
        bad=[(1, "EtcdCompactionStalled", "No: nobody has compacted for {minutes} min, and writes go on.",
              f"({age} and on (cluster) {firing})", lambda stalled: number("minutes", f"floor({stalled} / 60)", "cluster"))],
        good=[("Yes: {minutes} min ago.", number("minutes", f"floor(({age}) / 60)", "cluster"))],
        unknown="neither etcd nor the API server tells.")


def disk():
    of_a_host, of_a_disk = in_label("ms", 1000, "cluster, host"), in_label("ms", 1000, "cluster, host, device")
    # Six hours, as the alert has it; and not of a disk that took another's name.
    another = f'increase({ours("disk_identity_changes_total")}[6h]) > 0'
    timeouts = of_host(f'max by (cluster, instance, device) (increase({ours("disk_command_timeouts_total")}[6h]) > 0 '
                       f'{ON_ETCD} unless on (cluster, instance, device, serial) {another})')
    waits = "No: etcd on {where} waits for its disk. 99 % of its fsyncs take up to {ms} ms (well: below 10)."
    flush = "No: {device} of {where} takes {ms} ms for a flush (well: below 10)."
    return question(
        "Is the disk under etcd fast and well?", base=FSYNC,
        # A disk that answers nothing has no fsync that would be slow: the others would say that all is well.
        bad=[(2, "EtcdDiskStalled", "No: {device} of {where} answers nothing.",
              of_host(fires("EtcdDiskStalled", "cluster, instance, device")), as_it_is),
             (2, "EtcdDataDirReadOnly", "No: {path} of {where} takes no writes.",
              of_host(fires("EtcdDataDirReadOnly", "cluster, instance, path")), as_it_is),
             (2, "EtcdFsyncDurationCritical", waits, f"({FSYNC} > 0.1)", of_a_host),
             (1, "EtcdHighFsyncDuration", waits, f"({FSYNC} > 0.05 <= 0.1)", of_a_host),
             (2, "EtcdDiskVerySlowFlush", flush, f"({FLUSH} > 0.05)", of_a_disk),
             (1, "EtcdDiskSlowFlush", flush, f"({FLUSH} > 0.01 <= 0.05)", of_a_disk),
             (2, "DiskFailing", "No: {device} of {where} says itself that it is failing.",
              of_host(f"max by (cluster, instance, device) ({FAILING})"), as_it_is),
             (2, "DiskHung", "No: {device} of {where} hangs.", disks("disk_read_state", "== 1", 'state="hung"', "10m"),
              as_it_is),
             (1, "DiskCommandTimeout", "No: {device} of {where} did not finish {n} commands in time in 6 hours.",
              timeouts, lambda some: number("n", f"ceil({some})", "cluster, host, device")),
             (2, "DiskWearCritical", "{device} of {where} is worn: {percent} % of its rated writes are used up.",
              disks("disk_endurance_used_ratio", ">= 0.9"), in_label("percent", 100, "cluster, host, device")),
             (1, "EtcdDiskShared", "{owner} writes to {device} of {where} too.",
              f"max by (cluster, host, device, owner) ({SHARED})", as_it_is)],
        good=[("Yes: the slowest, {where}, confirms 99 % of its WAL fsyncs within {ms} ms.",
               of_a_host(f"topk by (cluster) (1, {FSYNC})"))],
        unknown="nobody scrapes /etcd/metrics.")


def certificates():
    text = "{name} of {where}: {days} days left."
    life = recorded("certificate_lifetime:seconds", INSTANCE)
    # One that lives for a day has always little left, and a machine renews it: nothing to read out while all is well.
    long = f'({recorded("certificate_remaining:seconds", INSTANCE)} and {life} > 2592000)'

    def ending(kind, share, days):
        selector = f'kind="{kind}"'
        left = recorded("certificate_remaining:seconds", INSTANCE, selector)
        return f"(({left} < {days} * 86400) < {share} * {life})"

    def first(count):
        return lambda some: number(
            "days", f"floor({of_host(f'bottomk by (cluster) ({count}, {some})')} / 8640) / 10", "cluster, host, name")

    leaf, authority = ending("leaf", 0.1, 7), ending("ca", 0.05, 90)
    return question(
        "Which certificate ends first?", base=long,
        bad=[(2, "CertificateExpiringCritical", text, leaf, first(3)),
             (2, "CAExpiringCritical", text, authority, first(3)),
             (1, "CertificateExpiringSoon", text, f'({ending("leaf", 0.2, 30)} unless {leaf})', first(3)),
             (1, "CAExpiringSoon", text, f'({ending("ca", 0.2, 365)} unless {authority})', first(3))],
        good=[(text, first(1)(long))],
        unknown="no certificate that lives for more than 30 days has been read.")


def served():
    matches = ours("served_certificate_matches_file", "", "10m")
    restart = ours("component_restart_needed", "", "10m")
    return question(
        "Are renewed certificates in use?", base=matches,
        bad=[(1, "ServedCertificateStale", "No: {listener} of {where} serves another one than its file holds. "
              "Restart it.",
              of_host(f"max by (cluster, instance, listener) ({matches} == 0)"), as_it_is),
             (1, "ComponentRestartNeeded", "No: {component} of {where} has not read its files since they "
              "changed. Restart it.",
              of_host(f"max by (cluster, instance, component) ({restart} == 1)"), as_it_is)],
        good=[("Yes. Listeners that serve what is on disk: {n}.", number("n", f"count by (cluster) ({matches} == 1)", "cluster"))],
        unknown="no listener is compared with a file.")


def blind():
    silent = f'({recorded("member_up:last10m")} == 1 unless on (cluster, member_id) label_replace(' \
        'last_over_time(etcd_server_id{cluster=~"$cluster"}[10m]), "member_id", "${1}", "server_id", "(.*)"))'
    count = f'count by (cluster) (count by (cluster, instance) ({ours("build_info")}))'
    return question(
        "Who is blind?", base=f'{ours("build_info")} or {TARGETS}',
        bad=[(1, "SentinelNodeNotCovered", "{where}: its exporter does not answer.",
              of_host(f"(max by (cluster, instance) ({TARGETS}) == 0)"), as_it_is),
             (1, "SentinelCollectorFailing", "{where}: the collector {collector} sees nothing.",
              of_host(f"max by (cluster, instance, collector) ({SEES_NOTHING})"), as_it_is),
             (1, "EtcdMetricsAbsent", "Nobody scrapes the own metrics of member {who}.", silent, who)],
        good=[("Nobody. Exporters that see all that they have to: {n}.", number("n", count, "cluster"))],
        unknown="there is no exporter.")


ANSWERS = (writes, quota, fragments, compaction, disk, certificates, served, blind)


UNDER_ETCD = recorded("disk_role:info", CLUSTER, ETCD_ROLE)
VOTER_DOWN = f'({recorded("member_up:last10m")} == 0 unless on {MEMBER} {recorded("member_is_learner:last10m")} == 1)'
OF_A_DISK, OF_AN_ETCD = "cluster, instance, device, serial", "cluster, cluster_id"
# Alerts that fire for more than the question with their page asks: disks that do not carry etcd, attributes, members that
# come and go, nodes that never had an exporter, credentials that cannot be used. With what a sentence says of them
# already, and by which labels.
FOR_MORE = {
    "DiskHung": (OF_A_DISK, UNDER_ETCD),
    "DiskWearCritical": (OF_A_DISK, UNDER_ETCD),
    "DiskCommandTimeout": (OF_A_DISK, UNDER_ETCD),
    "DiskFailing": (OF_A_DISK, FAILING),
    "EtcdDiskShared": (OF_A_DISK, SHARED),
    "EtcdMemberUnreachable": (f"{OF_AN_ETCD}, member_id",
                              f"({VOTER_DOWN} and on ({OF_AN_ETCD}) ({TOO_FEW} or {NOBODY} or {no_quorum()}))"),
    "SentinelNodeNotCovered": ("cluster, instance", f"({TARGETS} == 0)"),
    "SentinelCollectorFailing": ("cluster, instance, collector", SEES_NOTHING),
}


def others():
    """What no other question asks for: without it a critical alert could fire while all answers say that it is well."""
    said = "\n".join(answer() for answer in ANSWERS)

    def alerts(names, severity):
        return f'ALERTS{{{CLUSTER},alertstate="firing",severity="{severity}",alertname=~"{"|".join(sorted(names))}"}}'

    def firing(severity):
        names = {name for name, of in ALERTS if of == severity}
        more = {}
        for name in sorted(names & FOR_MORE.keys()):
            more.setdefault(FOR_MORE[name], []).append(name)
        unasked = alerts({name for name in names if f'"{name}"' not in said}, severity)
        return "(" + " or ".join([unasked] + [
            f"({alerts(some, severity)} unless on ({by}) {told})" for (by, told), some in more.items()]) + ")"

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
