"""Asks every query, and wants an answer to each question of the Overview. Arguments: URL, and the time to ask for."""

import json
import pathlib
import re
import sys

from prometheus import Prometheus, targets

ROOT = pathlib.Path(__file__).resolve().parents[2]


def wrong_answers(question, rows, clusters, garbled):
    missing = clusters - {row.get("cluster", "") for row in rows}
    if missing or not rows:
        yield f"no answer to question {question} for {', '.join(sorted(missing)) or 'anyone'}"
    yield from (f"garbled: {row['answer']}" for row in rows if garbled.search(row["answer"]))
    # All of them are well, whatever they lack.
    yield from (f"wrong: {row['answer']}" for row in rows if row["level"] in ("1", "2"))


def failures(prometheus, end):
    # A name that is taken apart leaves one of its signs, or what stands between labels, at the beginning.
    garbled = re.compile(r"[\x00-\x1f]|^\W|[|](?!@@)|@@(?! \$)")
    seen = prometheus.instant("group by (cluster) (last_over_time(etcd_sentinel_build_info[1d]))", time=end)["result"]
    clusters = {one["metric"].get("cluster", "") for one in seen}
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
            if path.stem == "overview" and panel["id"] == 1:
                yield from wrong_answers(target["refId"], [one["metric"] for one in series], clusters, garbled)


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
