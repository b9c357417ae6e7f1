"""Panels and dashboards as Grafana 10.4 and later read them (schema version 39)."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
TAG = "etcd-sentinel"
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
BLUE, GREEN, YELLOW, RED, GREY = "blue", "green", "yellow", "red", "text"
# The rules say where runbooks are; scripts/runbook-base moves them there.
RUNBOOKS = re.search(r"runbook_url: (.*/)\w+\.md", (ROOT / "rules/wal.rules.yaml").read_text()).group(1)
# Name and severity of each alert of the rules.
ALERTS = [pair for path in sorted((ROOT / "rules").glob("*.rules.yaml")) for pair in re.findall(
    r"- alert: (\w+)$.*?^      severity: (\w+)$", path.read_text(), re.MULTILINE | re.DOTALL)]
VARIABLES = "${cluster:queryparam}&${node:queryparam}&${datasource:queryparam}&${__url_time_range}"


def runbook(name):
    return {"title": f"Runbook: {name}", "url": f"{RUNBOOKS}{name}.md", "targetBlank": True}


def to(dashboard, title):
    return {"title": f"Next: {title}", "url": f"/d/etcdsentinel-{dashboard}?{VARIABLES}", "targetBlank": False}


def link(title, url, new_tab):
    """A link as the schema wants it: all of its fields."""
    return {"title": title, "url": url, "targetBlank": new_tab, "type": "link", "icon": "external link", "tooltip": "",
            "tags": [], "asDropdown": False, "includeVars": False, "keepTime": False}


def target(expression, legend="", instant=False, table=False, ref="A"):
    return {"refId": ref, "datasource": SOURCE, "editorMode": "code", "expr": expression, "legendFormat": legend,
            "instant": instant, "range": not instant, "format": "table" if table else "time_series"}


def steps(*lines):
    """Thresholds: a colour, then values and the colour from there on."""
    first, rest = lines[0], lines[1:]
    return {"mode": "absolute",
            "steps": [{"color": first, "value": None}] + [{"color": colour, "value": value} for value, colour in rest]}


def words(*pairs):
    """Values as text and colour."""
    return [{"type": "value", "options": {str(value): {"text": text, "color": colour, "index": index}
                                          for index, (value, text, colour) in enumerate(pairs)}}]


def panel(kind, title, description, targets, unit, links, size, **more):
    lettered = [dict(one, refId=chr(ord("A") + index)) for index, one in enumerate(targets)]
    made = {"type": kind, "title": title, "description": description, "datasource": SOURCE, "size": size,
            "targets": lettered,
            "fieldConfig": {"defaults": {"unit": unit, "noValue": "no data"}, "overrides": []},
            "options": {}, "links": [link(one["title"], one["url"], one["targetBlank"]) for one in links]}
    made["fieldConfig"]["defaults"].update(more.pop("defaults", {}))
    made["fieldConfig"]["overrides"] += more.pop("overrides", [])
    return made | more


def graph(title, description, targets, unit, links, size=(24, 5), limits=None, stack=False, smallest=0, reach=None):
    """Lines over time. Axis and legend have fixed widths, so that times stand below each other in all rows.

    reach: the axis goes at least so far, so that what is small looks small.
    """
    custom = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 30 if stack else 0, "showPoints": "never",
              "spanNulls": False, "axisWidth": 90, "axisPlacement": "left",
              "stacking": {"mode": "normal" if stack else "none", "group": "A"},
              "thresholdsStyle": {"mode": "dashed" if limits else "off"}}
    if reach is not None:
        custom["axisSoftMax"] = reach
    defaults = {"custom": custom, "color": {"mode": "palette-classic"}, "thresholds": limits or steps(GREEN)}
    if smallest is not None:
        defaults["min"] = smallest
    legend = {"displayMode": "table", "placement": "right", "showLegend": True, "width": 330,
              "calcs": ["lastNotNull", "max"]}
    return panel("timeseries", title, description, targets, unit, links, size, defaults=defaults,
                 options={"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}})


def column(name, **properties):
    """What is different about one column; keys as Grafana calls them, with custom. for those of a table."""
    ids = {key.replace("__", "."): value for key, value in properties.items()}
    return {"matcher": {"id": "byName", "options": name},
            "properties": [{"id": key, "value": value} for key, value in ids.items()]}


def table(title, description, targets, unit, links, size, columns, names, sort=None, overrides=()):
    """A table of instant queries. columns: those shown, in order; names: what they are called."""
    kept = {name: index for index, name in enumerate(columns)}
    transformations = [
        {"id": "merge", "options": {}},
        {"id": "filterFieldsByName", "options": {"include": {"names": columns}}},
        {"id": "organize", "options": {"excludeByName": {}, "indexByName": kept, "renameByName": names}},
    ]
    return panel("table", title, description, targets, unit, links, size,
                 defaults={"custom": {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False,
                                      "filterable": True},
                           "color": {"mode": "thresholds"}, "thresholds": steps(GREY)},
                 options={"showHeader": True, "cellHeight": "sm",
                          "footer": {"show": False, "reducer": ["sum"], "countRows": False, "fields": ""},
                          "sortBy": [{"displayName": sort[0], "desc": sort[1]}] if sort else []},
                 transformations=transformations, overrides=list(overrides))


def coloured(name, mappings=None, limits=None, unit=None, width=None):
    """A column whose cells are coloured and say the same in words."""
    properties = {"custom__cellOptions": {"type": "color-background", "mode": "basic"}}
    for key, value in (("mappings", mappings), ("thresholds", limits), ("unit", unit), ("custom__width", width)):
        if value is not None:
            properties[key] = value
    return column(name, **properties)
