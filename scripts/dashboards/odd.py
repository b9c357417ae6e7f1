"""Runs every query, and requires an answer to each question of the Overview. Arguments: URL, the time of the queries, and
the expected bad answers."""

import json
import pathlib
import re
import sys

from prometheus import Prometheus, labels, targets

ROOT = pathlib.Path(__file__).resolve().parents[2]


def wrong_answers(question, rows, clusters, garbled, bad):
    missing = clusters - {row.get("cluster", "") for row in rows}
    if missing or not rows:
        yield f"no answer to question {question} for {', '.join(sorted(missing)) or 'anyone'}"
    yield from (f"garbled: {row['answer']}" for row in rows if garbled.search(row["answer"]))
    # Every one of them is healthy, whatever series it lacks.
    yield from (f"wrong: {row['answer']}" for row in rows if row["level"] in ("0.25", "1", "2") and row["answer"] not in bad)


def about_api_server(panel, target, series):
    """Where there is one, a panel about it shows numbers, with the labels that it shows them by."""
    numbers = [one for one in series if all(value != "NaN" for _, value in one.get("values", [one.get("value")]))]
    # Older ones count objects without group, and Prometheus may watch one cluster.
    missing = labels(panel, target) - set().union(*(one["metric"] for one in numbers)) - {"group", "cluster"}
    if not numbers or missing:
        yield f"{panel['title']}: {'no ' + ', no '.join(sorted(missing)) if numbers else 'no numbers'}"


def failures(prometheus, end, bad):
    # A name that was split leaves one of its characters, or a separator, at the beginning.
    garbled = re.compile(r"[\x00-\x1f]|^\W|[|](?!@@)|@@(?! \$)")
    seen = prometheus.instant("group by (cluster) (last_over_time(etcd_sentinel_build_info[1d]))", time=end)["result"]
    clusters = {one["metric"].get("cluster", "") for one in seen}
    told = set()
    api_server = prometheus.instant("group(apiserver_storage_objects)", time=end)["result"]
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
            if api_server and re.search("apiserver_|KubeAPI", target["expr"]) and panel["id"] != 1:
                yield from about_api_server(panel, target, series)
            if path.stem == "overview" and panel["id"] == 1:
                rows = [one["metric"] for one in series]
                told |= {row["answer"] for row in rows}
                yield from wrong_answers(target["refId"], rows, clusters, garbled, bad)
    yield from (f"missing answer: {answer}" for answer in bad if answer not in told)


def main():
    prometheus, end = Prometheus(sys.argv[1]), float(sys.argv[2])
    wrong = list(failures(prometheus, end, sys.argv[3:]))
    print("\n  ".join([f"{len(wrong)} queries fail"] + wrong) if wrong else "each query runs, each question is answered")
    overview = json.loads((ROOT / "dashboards/overview.json").read_text())["panels"][0]
    for target in overview["targets"]:
        for one in prometheus.instant(target["expr"], time=end)["result"] if not wrong else []:
            print(f"    {one['metric']['level']} {one['metric'].get('cluster', '')} {one['metric']['answer'][:110]}")
    return 1 if wrong else 0


sys.exit(main())
