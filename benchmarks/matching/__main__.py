"""Match labelled and generated sets with the workbench and with its peers, and write the table of docs/matching.md.

    python benchmarks/matching FOLDER [--environments FOLDER] [--large] [--write]

FOLDER holds one folder a set with left.csv, right.csv and truth.csv. Each peer runs in an environment of its own, made
on demand; every engine runs in a process of its own, one after the other. `--large` adds the sets that show cost
against size (the workbench alone), `--write` puts the table into the documentation.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import Any

import pandas as pd

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DOCUMENT = ROOT / "docs" / "matching.md"
BEGIN, END = "<!-- benchmark: written by benchmarks/matching -->", "<!-- end of benchmark -->"
PEERS = {"splink": ["splink", "pandas"], "recordlinkage": ["recordlinkage"], "string-grouper": ["string-grouper"],
         "rapidfuzz": ["rapidfuzz", "pandas"]}  # fmt: skip
GENERATED = {
    "generated-1k": ("--left", "1000", "--right", "600", "--overlap", "0.33", "--seed", "21"),
    "generated-10k": ("--left", "10000", "--right", "6000", "--overlap", "0.33", "--seed", "22"),
    "generated-10k-overlap-10": ("--left", "10000", "--right", "6000", "--overlap", "0.1", "--seed", "23"),
    "generated-10k-overlap-90": ("--left", "10000", "--right", "6000", "--overlap", "0.9", "--seed", "24"),
}
ADVERSE = {
    f"adversary-{half}-{seed}": ("--half", half, "--seed", seed, "--overlap", "0.5")
    for half, seed in (("development", "8"), ("development", "14"), ("held-out", "3"), ("held-out", "8"),
                       ("held-out", "51"), ("held-out", "52"))
}  # fmt: skip
"""Worlds of `adversary.py`: the engine was written with the development half in sight; the last two worlds were made
after it was finished."""
LARGE = {
    "generated-50k": ("--left", "50000", "--right", "30000", "--seed", "25"),
    "generated-100k": ("--left", "100000", "--right", "60000", "--seed", "26"),
    "generated-1M": ("--left", "1000000", "--right", "600000", "--seed", "27"),
}
FURTHER = {"patstat_link": ("coauthors", "ipc")}
"""Columns of a set that are evidence too, which a user would name with --map."""
POOLED = ("chicago_early_childhood", *GENERATED)
"""Sets whose links are judged together: organisations, real and generated."""
COLUMNS = ("set", "engine", "precision", "recall", "F1", "links", "wrong", "bound", "link recall", "review")
COLUMNS += ("link+review", "ECE", "seconds", "CPU seconds", "peak MB")
Row = dict[str, Any]
OURS = """
import sys
from pathlib import Path
from workbench.steps.matching import match_files
left, right, out, *further = sys.argv[1:]
match_files(Path(left), Path(right), Path(out), columns={name: name for name in further})
"""


def environment(folder: Path, engine: str) -> Path:
    """The interpreter of a peer's own environment, made where it is missing."""
    place = folder / engine
    python = place / "bin" / "python"
    if not python.exists():
        venv.create(place, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS[engine]], check=True)
    return python


def run(command: list[str]) -> tuple[Row, int]:
    """What a process took (seconds on the clock and of processor time, peak MB), and its exit code."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds, processor = time.monotonic() - started, usage.ru_utime + usage.ru_stime
    cost: Row = {"seconds": f"{seconds:.1f}", "CPU seconds": f"{processor:.1f}"}
    return cost | {"peak MB": usage.ru_maxrss // 1024}, os.waitstatus_to_exitcode(status)


def wilson(right: int, count: int) -> float:
    """Lower bound of a share, 95 %."""
    if not count:
        return float("nan")
    share, z = right / count, 1.959964
    spread = z * math.sqrt(share * (1 - share) / count + z * z / 4 / count / count)
    return (share + z * z / 2 / count - spread) / (1 + z * z / count)


def measured(folder: Path, out: Path) -> tuple[Row, list[Row]]:
    """Quality of one result, and the links that contradict a label."""
    truth = pd.read_csv(folder / "truth.csv", dtype=str)
    true = set(zip(truth["left_id"], truth["right_id"], strict=True))
    found = pd.read_csv(out, dtype={"left_id": str, "right_id": str})
    found = found.assign(true=[pair in true for pair in zip(found["left_id"], found["right_id"], strict=True)])
    best = found.drop_duplicates("right_id")
    sure = best[best["probability"] >= 0.5]
    partnered = truth["right_id"].nunique()  # a duplicate on the left gives a right record two true ones
    precision, recall = float(sure["true"].mean()) if len(sure) else 0.0, sure["true"].sum() / partnered
    said: Row = {"precision": precision, "recall": recall, "F1": 2 * precision * recall / max(precision + recall, 1e-9)}
    if "verdict" not in found:
        return said, []
    links, offered = best[best["verdict"] == "link"], found[found["verdict"] != "none"]
    rights = len(pd.read_csv(folder / "right.csv", usecols=["id"]))
    said |= {"links": len(links), "wrong": int((~links["true"]).sum())}
    said |= {"bound": wilson(int(links["true"].sum()), len(links)), "link recall": links["true"].sum() / partnered}
    said |= {
        "review": (best["verdict"] == "review").sum() / rights,
        "link+review": offered.loc[offered["true"], "right_id"].nunique() / partnered,
    }
    said |= {"ECE": calibration_error(best)}
    label = dict(zip(truth["right_id"], truth["left_id"], strict=True))
    wrong = [
        {"set": folder.name, "right": row.right_id, "linked": row.left_id, "label": label.get(row.right_id, "none")}
        | {"reason": row.reason}
        for row in links[~links["true"]].itertuples()
    ]
    return said, wrong


def calibration_error(best: pd.DataFrame) -> float:
    """How far probability and truth lie apart, over ten bands."""
    bands = best.groupby((best["probability"] * 10).astype(int).clip(upper=9))
    gaps = (len(band) * abs(band["probability"].mean() - band["true"].mean()) for _, band in bands)
    return sum(gaps) / max(len(best), 1)


def benchmark(folder: Path, work: Path, environments: Path, *, peers: bool) -> tuple[list[Row], list[Row]]:
    """One row an engine for one set, and the links that contradict a label."""
    rows: list[Row] = []
    wrong: list[Row] = []
    left, right = str(folder / "left.csv"), str(folder / "right.csv")
    for engine in ("workbench", *(PEERS if peers else ())):
        out = work / f"{folder.name}.{engine}.csv"
        if engine == "workbench":
            command = [sys.executable, "-c", OURS, left, right, str(out), *FURTHER.get(folder.name, ())]
        else:
            command = [str(environment(environments, engine)), str(HERE / "peers.py"), engine, left, right, str(out)]
        cost, code = run(command)
        row: Row = {"set": folder.name, "engine": f"{engine} (failed)" if code else engine, **cost}
        if not code:
            quality, lines = measured(folder, out)
            row |= quality
            wrong += lines
        rows.append(row)
        print(row, flush=True)
    return rows, wrong


def table(rows: list[Row]) -> str:
    """The rows as Markdown, the best F1 of a set in bold."""
    top = {
        name: max(float(row.get("F1", 0)) for row in rows if row["set"] == name) for name in {r["set"] for r in rows}
    }
    lines = [f"| {' | '.join(COLUMNS)} |", "|" + "---|" * len(COLUMNS)]
    for row in rows:
        cells = {column: shown(column, row.get(column, "")) for column in COLUMNS}
        if row.get("F1") == top[row["set"]]:
            cells["F1"] = f"**{cells['F1']}**"
        lines.append(f"| {' | '.join(cells.values())} |")
    return "\n".join(lines)


def shown(column: str, value: object) -> str:
    """A cell of the table."""
    if isinstance(value, float):
        return f"{value:.4f}" if column == "bound" else f"{value:.3f}"
    return str(value)


def pooled(rows: list[Row], names: tuple[str, ...]) -> str:
    """The links of several sets judged together."""
    pool = [row for row in rows if row["engine"] == "workbench" and row["set"] in names]
    links, errors = sum(int(row["links"]) for row in pool), sum(int(row["wrong"]) for row in pool)
    return (
        f"Links pooled over {', '.join(row['set'] for row in pool)}: {links}, of which {errors} contradict a label; "
        f"Wilson lower bound {wilson(links - errors, links):.4f}."
    )


def report(rows: list[Row], wrong: list[Row]) -> str:
    """The table, the pooled links and the disagreements with the labelled sets."""
    load = f"The machine's load in the last quarter of an hour of this run was {os.getloadavg()[2]:.1f}."
    pools = "\n\n".join(pooled(rows, names) for names in (POOLED, tuple(ADVERSE)))
    listed = [
        f"| {' | '.join(line.values())} |" for line in wrong if not line["set"].startswith(("generated", "adversary"))
    ]
    heading = "Links that contradict a label of the labelled sets, one by one:"
    columns = "| set | right | linked | label | reason |\n|---|---|---|---|---|"
    return "\n\n".join([load, table(rows), pools, heading, "\n".join([columns, *listed])])


def main() -> None:
    """Run everything, print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--environments", type=Path, default=ROOT / ".workbench" / "peers")
    parser.add_argument("--work", type=Path, default=ROOT / ".workbench" / "matching")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    sets = [(path.parent, True) for path in sorted(given.folder.glob("*/truth.csv"))]
    for name, options in {**GENERATED, **ADVERSE, **(LARGE if given.large else {})}.items():
        maker = HERE / ("adversary.py" if name in ADVERSE else "generate.py")
        if not (given.work / name / "truth.csv").exists():
            subprocess.run([sys.executable, maker, given.work / name, *options], check=True)
        sets.append((given.work / name, name not in LARGE))
    rows: list[Row] = []
    wrong: list[Row] = []
    for folder, peers in sets:
        more, lines = benchmark(folder, given.work, given.environments, peers=peers)
        rows += more
        wrong += lines
    text = report(rows, wrong)
    print(text)
    results = json.dumps({"rows": rows, "wrong": wrong}, indent=1, default=float)
    (given.work / "results.json").write_text(results, encoding="utf-8")
    if given.write:
        page = DOCUMENT.read_text(encoding="utf-8")
        head, rest = page.split(BEGIN)
        DOCUMENT.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
