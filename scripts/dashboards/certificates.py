"""Certificates by the time left, and listeners that do not serve the certificate on disk."""

from board import dashboard
from grafana import GREEN, RED, YELLOW, coloured, graph, runbook, steps, table, target, to, words
from promql import INSTANCE, of_host, ours, recorded, where

LINKS = [to("sentinel", "Sentinel"), to("overview", "Overview")]
NAMES = {"cluster": "Cluster", "where": "Node", "name": "Certificate", "path": "File", "Value": "Time left"}


def remaining(title, description, kind, limits, pages, size):
    left = recorded("certificate_remaining:seconds", INSTANCE, f'kind="{kind}"')
    query = where(f"min by (cluster, host, name, path) ({of_host(left)})")
    colours = steps("dark-red", *limits)
    return table(title, description, [target(query, instant=True, table=True)], "dtdurations",
                 [*map(runbook, pages), *LINKS], size, ["cluster", "where", "name", "path", "Value"], NAMES,
                 sort=("Time left", False), overrides=[coloured("Time left", limits=colours, unit="dtdurations", width=200)])


def served():
    yes = words((0, "another: restart it", "dark-yellow"), (1, "the one in its file", "transparent"))
    matches = where(f'min by (cluster, host, listener, address) ({of_host(ours("served_certificate_matches_file"))})')
    ends = where(f'min by (cluster, host, listener, address) '
                 f'({of_host(ours("served_certificate_not_after_timestamp_seconds"))} - time())')
    return table(
        "Served certificates", "One row for each listener. another: renewed on disk and not yet served; restart the "
        "component before the old one expires. Time left is red below 3 days, yellow below 30. Empty: not compared with a "
        "file.",
        [target(ends, instant=True, table=True), target(matches, instant=True, table=True)], "none",
        [runbook("ComponentRestartNeeded"), runbook("ServedCertificateExpiring"), *LINKS], (12, 8),
        ["cluster", "where", "listener", "address", "Value #A", "Value #B"],
        {"cluster": "Cluster", "where": "Node", "listener": "Listener", "address": "Address", "Value #A": "Time left",
         "Value #B": "Serves"}, sort=("Time left", False),
        overrides=[coloured("Serves", yes), coloured("Time left", unit="dtdurations", limits=steps(
            "dark-red", (3 * 86400, "dark-yellow"), (30 * 86400, "transparent")))])


def trouble(title, description, query, labels, pages, size=(12, 7)):
    names = {"cluster": "Cluster", "where": "Node", "name": "Certificate", "path": "File", "reason": "Reason",
             "component": "Component", "ca": "CA"}
    columns = ["cluster", "where", *labels]
    return table(title, description,
                 [target(where(f'max by (cluster, host, {", ".join(labels)}) ({of_host(query)})'), instant=True, table=True)],
                 "none", [*map(runbook, pages), *LINKS], size, columns, {one: names[one] for one in columns})


def troubles():
    return [
        trouble("Components that must be restarted", "Empty is ok. They read their files only at start, and the files "
                "have changed since. One node at a time.",
                f'{ours("component_restart_needed")} == 1', ["component", "name", "path"],
                ["ComponentRestartNeeded", "renew-certificates"]),
        trouble("Files that cannot be used", "Empty is ok. The reason says what is wrong with the file or its key.",
                ours("certificate_load_error"), ["name", "path", "reason"], ["CertificateUnreadable"]),
        trouble("Files that are missing", "Empty is ok. Only files that a component of the node needs.",
                ours("certificate_file_present", 'required="true"') + " == 0", ["name", "path"],
                ["CertificateFileMissing"]),
        trouble("Leaf certificates that their CA did not issue", "Empty is ok. After a new CA each leaf must be issued again.",
                f'{ours("certificate_issued_by_ca_file")} == 0', ["name", "path", "ca"], ["LeafNotIssuedByCA"]),
    ]


def timeline():
    left = recorded("certificate_remaining:seconds", INSTANCE, 'kind="leaf"')
    return graph(
        "Time left of the ten that expire first", "Less than 30 days: renew soon; less than 3 days: renew now. A line that "
        "jumps up was renewed.",
        # Aggregate first, then add labels: Prometheus rewrites labels for each step.
        [target(where(f"min by (cluster, host, name) ({of_host(f'bottomk by (cluster) (10, {left})')})"),
                "{{cluster}} {{where}} {{name}}")],
        "s", [runbook("CertificateExpiringSoon"), *LINKS], size=(24, 8),
        limits=steps(RED, (3 * 86400, YELLOW), (30 * 86400, GREEN)))


def build():
    day = 86400
    leaves = remaining(
        "Leaf certificates, by time left", "Red: less than 3 days, renew now; yellow: less than 30. CA certificates "
        "in the same file are left out. ago: it has expired.", "leaf",
        ((3 * day, "dark-yellow"), (30 * day, "transparent")),
        ["CertificateExpiringCritical", "CertificateExpiringSoon", "renew-certificates"], (24, 10))
    authorities = remaining(
        "CAs", "Red: less than 14 days, yellow: less than a year. A new CA takes weeks to distribute: begin early.",
        "ca", ((14 * day, "dark-yellow"), (365 * day, "transparent")), ["CAExpiringCritical", "CAExpiringSoon", "CAMismatch"],
        (12, 8))
    return dashboard("certificates", "Certificates", "Every certificate of the control plane, in files and as served.",
                     [leaves, served(), authorities, timeline(), *troubles()])
