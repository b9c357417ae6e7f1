"""Runs the queries of a dashboard in a Prometheus."""

import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request

BRACES = re.compile(r"{{\s*(\w+)\s*}}")


def filled(expression, window="1m"):
    """Filled in as by Grafana with all variables on All."""
    return expression.replace("$cluster", ".*").replace("$node", ".*").replace("$__rate_interval", window)


class Prometheus:
    def __init__(self, base):
        self._base = base.rstrip("/")
        # No proxy between two programs of one machine.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def _ask(self, path, **parameters):
        body = urllib.parse.urlencode(parameters).encode()
        try:
            with self._opener.open(f"{self._base}/api/v1/{path}", body, timeout=60) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error).get("error", str(error))) from None

    def instant(self, expression, **more):
        return self._ask("query", query=filled(expression), **more)

    def range(self, expression, seconds, step, window="1m", **more):
        end = time.time()
        return self.span(expression, end - seconds, end, step, window, **more)

    def span(self, expression, start, end, step, window="1m", **more):
        return self._ask("query_range", query=filled(expression, window), start=start, end=end, step=step, **more)


def targets(dashboard):
    """Panel, its query and whether it asks for this moment only."""
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel, target


def labels(panel, target):
    """Labels that the panel shows of what this query returns."""
    if panel["type"] not in ("table", "barchart"):
        return set(BRACES.findall(target["legendFormat"]))
    kept = [name for one in panel["transformations"] if one["id"] == "filterFieldsByName"
            for name in one["options"]["include"]["names"]]
    return {name for name in kept if not name.startswith("Value")}
