"""A dashboard around its panels: variables, links, places."""

from grafana import SOURCE, TAG

HOSTS = (
    'max by (cluster, host, node) (label_replace(etcd_sentinel_build_info{cluster=~"$cluster"}, '
    '"host", "${1}", "instance", "(.*?)(:\\\\d+)?"))'
    ' or on (host) max by (host) (control_plane_sentinel:wal_fsync_seconds:p99_5m{cluster=~"$cluster"})'
)


def query_variable(name, label, description, query, regex=""):
    return {"name": name, "type": "query", "label": label, "description": description, "datasource": SOURCE,
            "query": {"query": query, "refId": "StandardVariableQuery"}, "regex": regex,
            "refresh": 2, "sort": 1, "multi": True, "includeAll": True, "allValue": ".*", "hide": 0,
            "skipUrlSync": False, "options": [], "current": {"selected": True, "text": ["All"], "value": ["$__all"]}}


def variables():
    source = {"name": "datasource", "type": "datasource", "label": "Data Source", "query": "prometheus", "regex": "",
              "description": "The Prometheus that scrapes the exporters and evaluates their rules.", "refresh": 1,
              "multi": False, "includeAll": False, "hide": 0, "skipUrlSync": False, "options": []}
    cluster = query_variable(
        "cluster", "Cluster", "The label cluster of the targets. All matches targets without one, too.",
        "label_values(etcd_sentinel_build_info, cluster)")
    # query_result gives {cluster="c", host="h", node="n"} 1 and a time: the host is chosen, the node's name is shown.
    node = query_variable(
        "node", "Node", "The host of an exporter or of etcd, by its node's name where Prometheus knows one.",
        f"query_result({HOSTS})", '/host="(?<value>[^"]+)"(?:.*node="(?<text>[^"]+)")?/')
    return [source, cluster, node]


def place(panels):
    """Left to right, then down; ids in reading order, so that links to a panel stay."""
    x = y = height = 0
    for index, one in enumerate(panels):
        w, h = one.pop("size")
        if x + w > 24:
            x, y, height = 0, y + height, 0
        one["id"] = index + 1
        one["gridPos"] = {"x": x, "y": y, "w": w, "h": h}
        x, height = x + w, max(height, h)
    return panels


def dashboard(name, title, description, panels, since="now-24h"):
    links = [{"title": "etcd sentinel", "type": "dashboards", "tags": [TAG], "asDropdown": True, "includeVars": True,
              "keepTime": True, "targetBlank": False, "icon": "external link", "tooltip": "The other dashboards.",
              "url": ""}]
    firing = {"name": "Alerts", "enable": True, "hide": False, "iconColor": "red", "datasource": SOURCE,
              "expr": 'max by (alertname) (ALERTS{alertstate="firing",severity="critical",cluster=~"$cluster",'
                      'alertname=~"(Etcd|Disk|ControlPlane|Certificate|CA|Served|KubeAPI).*"})',
              "titleFormat": "{{alertname}}", "step": "60s", "useValueForTime": False}
    return {
        "id": None, "uid": f"etcdsentinel-{name}", "title": f"etcd sentinel / {title}", "description": description,
        "tags": ["etcd", "kubernetes", TAG], "schemaVersion": 39, "version": 1, "editable": False, "graphTooltip": 1,
        "refresh": "1m", "time": {"from": since, "to": "now"}, "timezone": "browser", "links": links,
        "annotations": {"list": [firing]}, "templating": {"list": variables()}, "panels": place(panels),
    }
