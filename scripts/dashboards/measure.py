"""Loads each dashboard as Grafana would, and prints the cost. Arguments: URL, and the end of the data."""

import concurrent.futures
import json
import pathlib
import re
import sys
import time

from prometheus import Prometheus, targets

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = re.compile(r"[a-zA-Z_:][\w:]*(?={)")
DAY, STEP, BROWSER = 86400, 120, 6


def load(prometheus, queries, end):
    """Seconds that the load took, and that its slowest query took."""
    def ask(target):
        began = time.monotonic()
        if target["instant"]:
            prometheus.instant(target["expr"], time=end)
        else:
            prometheus.span(target["expr"], end - DAY, end, STEP, window="8m")
        return time.monotonic() - began

    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(BROWSER) as pool:
        slowest = max(pool.map(ask, queries))
    return time.monotonic() - began, slowest


def main():
    prometheus, end = Prometheus(sys.argv[1]), float(sys.argv[2])
    print("dashboard      queries   series touched   first load s   median of 3 s   slowest query s")
    for path in sorted((ROOT / "dashboards").glob("*.json")):
        queries = [target for _, target in targets(json.loads(path.read_text()))]
        names = sorted({name for target in queries for name in NAMES.findall(target["expr"])})
        count = f'count({{__name__=~"{"|".join(names)}"}})'
        series = prometheus.instant(count, time=end)["result"]
        loads = [load(prometheus, queries, end) for _ in range(3)]
        median, slowest = sorted(loads)[1]
        print(f'{path.stem:14} {len(queries):7} {series[0]["value"][1] if series else 0:>16} {loads[0][0]:14.2f} '
              f'{median:15.2f} {slowest:17.2f}')


main()
