"""Asks every query, and wants an answer to each question of the Overview. Arguments: URL, and the time to ask for."""

import json
import pathlib
import sys

from prometheus import Prometheus, targets

ROOT = pathlib.Path(__file__).resolve().parents[2]


def failures(prometheus, end):
    for path in sorted((ROOT / "dashboards").glob("*.json")):
        for panel, target in targets(json.loads(path.read_text())):
            try:
                if target["instant"]:
                    series = prometheus.instant(target["expr"], time=end)["result"]
                else:
                    series = prometheus.span(target["expr"], end - 300, end, 30)["result"]
            except ValueError as error:
                yield f"{path.stem}: {panel['title']}, {target['refId']}: {error}"
                continue
            if path.stem == "overview" and panel["id"] == 1 and not series:
                yield f"no answer to question {target['refId']}"


def main():
    prometheus, end = Prometheus(sys.argv[1]), float(sys.argv[2])
    wrong = list(failures(prometheus, end))
    print("\n  ".join([f"{len(wrong)} queries fail"] + wrong) if wrong else "each query runs, each question is answered")
    overview = json.loads((ROOT / "dashboards/overview.json").read_text())["panels"][0]
    for target in overview["targets"]:
        for one in prometheus.instant(target["expr"], time=end)["result"] if not wrong else []:
            print(f"    {one['metric']['level']} {one['metric'].get('cluster', '')} {one['metric']['answer'][:110]}")
    return 1 if wrong else 0


sys.exit(main())
