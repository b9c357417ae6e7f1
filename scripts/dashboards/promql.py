"""PromQL that several dashboards share. Labels: $cluster may match series without one; $node holds hosts, because etcd's
own page has no node label, and an exporter's instance is its host and a port."""

import re

CLUSTER = 'cluster=~"$cluster"'
INSTANCE = CLUSTER + ',instance=~"($node)(:[0-9]+)?"'
HOST = CLUSTER + ',host=~"$node"'
RECORDED = "control_plane_sentinel:"
MEMBER = "(cluster, cluster_id, member_id)"

# Between labels, and for a place: control characters, because names of members, disks and files may hold any other.
BETWEEN, PLACE = "\\x1f", "\\x1e"

HOST_OF_INSTANCE = '"host", "${1}", "instance", "(.*?)(:\\\\d+)?"'
HOST_OF_ENDPOINT = '"host", "${1}", "etcd_endpoint", "https?://(.*?)(:\\\\d+)?"'
LOCAL = '"|.*//(127[.]|localhost|\\\\[::1).*"'


def ours(name, more="", remember=""):
    """A series of the exporter, of the chosen nodes; its last value within remember, if that is a range."""
    selector = f"etcd_sentinel_{name}{{{INSTANCE}{',' + more if more else ''}}}"
    return f"last_over_time({selector}[{remember}])" if remember else selector


# Clusters that were seen in the last day.
SEEN = f'group by (cluster) ({ours("build_info", "", "1d")})'


# Recorded every 5 minutes: without a memory there would be gaps.
SLOW = {"disk_model:info", "etcd_disk_command_timeouts:increase1h", "certificate_remaining:seconds",
        "certificate_lifetime:seconds", "members_known:count7d", "backup_expected:last15m",
        "backup_newest_timestamp_seconds:last15m", "backup_max_age_seconds:last15m"}


def recorded(name, by=CLUSTER, more=""):
    """A recorded series; by says how the chosen nodes are matched."""
    selector = f"{RECORDED}{name}{{{by}{',' + more if more else ''}}}"
    return f"last_over_time({selector}[15m])" if name in SLOW else selector


def members(name):
    """A recorded series of each etcd member that an exporter on a chosen node polls."""
    return f"({recorded(name)} and on {MEMBER} {recorded('member:info', INSTANCE)})"


def of_host(expression):
    """Gives series of an exporter the label host."""
    return f"label_replace({expression}, {HOST_OF_INSTANCE})"


def native(form, name, more=""):
    """An expression over a series of etcd's own page, by the host that etcd runs on. form holds @, where the series goes.

    The label host comes last: Prometheus writes it again for each series and each point of time.
    """
    tail = "," + more if more else ""
    local = form.replace("@", f"{name}{{{CLUSTER},etcd_endpoint=~{LOCAL}{tail}}}")
    remote = form.replace("@", f"{name}{{{CLUSTER},etcd_endpoint!~{LOCAL}{tail}}}")
    return f"(label_replace({local}, {HOST_OF_INSTANCE}) or label_replace({remote}, {HOST_OF_ENDPOINT}))"


def where(expression):
    """Adds the label where: the name of the node, or the host where Prometheus knows no node. Needs the label host."""
    named = f'label_replace(group by (cluster, host, node) (topk by (cluster, host) (1, ' \
        f'{recorded("host_node:info", HOST)})), "where", "${{1}}", "node", "(.*)")'
    targets = f'({recorded("exporter_up:now", INSTANCE)} or {ours("build_info")})'
    seen = f'{of_host(targets)} or {recorded("wal_fsync_seconds:p99_5m", HOST)}'
    nameless = f'label_replace(group by (cluster, host) ({seen}), "where", "${{1}}", "host", "(.*)")'
    return f"({expression}) * on (cluster, host) group_left (where) ({named} or on (cluster, host) {nameless})"


def who(expression):
    """Adds the label who: the name of a member, or its id where it has none."""
    return f'label_replace(label_replace({expression}, "who", "${{1}}", "member_id", "(.*)"), ' \
        '"who", "${1}", "member", "(.+)")'


def number(label, expression, by):
    """Writes the value into a label, so that a sentence can hold it."""
    return f'count_values by ({by}) ("{label}", round({expression}))'


def sentence(text, expression):
    """One series for each cluster, host and sentence; {label} in the text is the value of that label. {where} is filled in later, by placed()."""
    text = text.replace("{where}", PLACE)
    labels = re.findall(r"{(\w+)}", text)
    for index, label in enumerate(labels):
        text = text.replace("{" + label + "}", "${" + str(index + 1) + "}", 1)
    quoted = "".join(f', "{label}"' for label in labels)
    joined = f'label_join({expression}, "words", "{BETWEEN}"{quoted})'
    return f'group by (cluster, host, answer) (label_replace({joined}, "answer", "{text}", "words", ' \
        f'"{BETWEEN.join([f"([^{BETWEEN}]*)"] * len(labels))}"))'


def placed(expression):
    """Fills {where} in."""
    joined = f'label_join({where(expression)}, "words", "{BETWEEN}", "where", "answer")'
    return f'label_replace({joined}, "answer", "${{2}}${{1}}${{3}}", "words", ' \
        f'"([^{BETWEEN}]*){BETWEEN}([^{PLACE}]*){PLACE}(.*)")'


def leveled(level, page, expression):
    # As a label too: a table of several queries has a column of values for each, and one for a label.
    level_too = f'label_replace({level} * ({expression}), "level", "{level}", "", "")'
    return f'label_replace({level_too}, "runbook", "{page}", "", "")' if page else level_too


def question(title, base, bad, good, unknown):
    """Rows that answer in words. Value and label level are 2 (critical), 1 (warning), 0.5 (not known), 0.25 (info) or
    0 (ok): the table sorts by it, and rows that are not known must not push down what is wrong. Beside an info the
    answer is still ok.

    base: has a series for each cluster with a known answer. Every other cluster of the last day, or no cluster at all,
    gets the text unknown. bad: level, runbook, text, condition, and the
    function that makes labels for the text from the condition. good: text and expression, for clusters without a bad row.
    """
    rows = [(text, leveled(level, page, sentence(text, shape(condition))))
            for level, page, text, condition, shape in bad]
    trouble = " or ".join(f"group by (cluster) ({condition})" for level, _, _, condition, _ in bad if level >= 1)
    rows += [(text, leveled(0, "", sentence(text, f"(({expression}) unless on (cluster) ({trouble}))")))
             for text, expression in good]
    unplaced = [row for text, row in rows if "{where}" not in text]
    nobody = f'group(vector(1)) unless on () ({SEEN} or group by (cluster) ({base}))'
    unplaced.append(leveled(0.5, "", f'label_replace({SEEN} unless on (cluster) ({base}) or {nobody}, '
                                     f'"answer", "Not known: {unknown}", "", "")'))
    waiting = "\nor\n".join(row for text, row in rows if "{where}" in text)
    joined = "\nor\n".join(unplaced + ([placed("\n" + waiting + "\n")] if waiting else []))
    return f'max by (cluster, question, answer, level, runbook) (label_replace(\n{joined},\n"question", "{title}", "", ""))'
