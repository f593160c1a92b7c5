"""How long planning takes: 100,000 linked records x 20 fields, 2 % of the records changed.

Run: python benchmarks/planning.py [records]. Prints a table and writes benchmarks/results/planning.json.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from workbench.core import linking, planning
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.lines import Agreed, Base
from workbench.model.links import Link
from workbench.model.mappings import FieldMapping, Pairing
from workbench.model.records import DELETED, MODIFIED, Ref, Snapshot, Snapshots, Where

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FIELDS, CHANGED_PER_CENT, LIMIT_SECONDS = 20, 2, 5.0
CANONICALISERS = ("text", "phone", "url", "picklist", "decimal")

MAPPING = tuple(
    FieldMapping(f"l{n}", f"r{n}", canonicaliser=CANONICALISERS[n % len(CANONICALISERS)]) for n in range(FIELDS)
)
KIND = Kind(
    "partner", "Partner", {name: KindInSystem("o", "m", evidence={"name": f"{name[0]}0"}) for name in ("l", "r")}
)
PAIRING = Pairing("partner", MAPPING, admit={"left": Where.of({"flag": [True]}), "right": Where.of({"flag": [True]})})
INTEGRATION = Integration("bench", "Bench", "l", "r", (PAIRING,))


def snapshot(system: str, count: int, changed: int) -> Snapshot:
    ids = [f"{n:06}" for n in range(count)]
    columns = {
        f"{system}{n}": [f"value {n} of {row}" + (" new" if row < changed and n == 0 else "") for row in range(count)]
        for n in range(FIELDS)
    }
    frame = pd.DataFrame(columns, index=pd.Index(ids, name="id"), dtype="string[pyarrow]")
    frame["flag"] = pd.Series(True, index=frame.index, dtype="bool[pyarrow]")
    frame[DELETED] = pd.Series(False, index=frame.index, dtype="bool[pyarrow]")
    frame[MODIFIED] = pd.Series("1", index=frame.index, dtype="string[pyarrow]")
    return Snapshot(system, "partner", f"{system}-1", NOW, "", frame)


def measure(count: int) -> dict[str, float]:
    changed = count * CHANGED_PER_CENT // 100
    left, right = snapshot("l", count, changed), snapshot("r", count, 0)
    refs = [(Ref("l", "partner", key), Ref("r", "partner", key)) for key in left.frame.index]
    links = [Link("partner", "bench", *pair, "p", "l", NOW) for pair in refs]
    bases = [
        Base("bench", "partner", *pair, {m.key: Agreed(f"value {n} of {row}", f"value {n} of {row}")
                                         for n, m in enumerate(MAPPING)})
        for row, pair in enumerate(refs)
    ]  # fmt: skip
    begin = time.process_time()
    crosswalk = linking.fold(KIND, left, right, [], links)
    folded = time.process_time()
    plan = planning.plan(
        INTEGRATION, {"partner": KIND}, {"partner": Snapshots("partner", [left, right])}, {"partner": crosswalk}, bases
    )
    planned = time.process_time()
    length = len(plan.fingerprint)
    signed = time.process_time()
    assert len(plan.lines) == changed and length  # a benchmark of a wrong result is worthless
    return {"records": count, "lines": len(plan.lines), "fold": folded - begin, "plan": planned - folded,
            "fingerprint": signed - planned, "total": signed - begin}  # fmt: skip


def main() -> None:
    result = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    for name, value in result.items():
        print(f"{name:12} {value:10.2f}")
    print(f"{'limit':12} {LIMIT_SECONDS:10.2f}  {'held' if result['total'] < LIMIT_SECONDS else 'MISSED'}")
    target = Path(__file__).parent / "results" / "planning.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({name: round(value, 3) for name, value in result.items()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
