"""What running a plan costs beside the bare loop of the same calls: `python benchmarks/sync_cost.py [LINES]`.

Systems that answer each call after 120 ms: one takes 200 records a call (Collections), one call at a time or four, one
takes a record a call, eight side by side. The bare loop reads, writes and reads back the same records, with no journal
and no comparison. Memory is that of 2,500 to 40,000 lines without any waiting, each run in a process of its own that
finds the plan approved: at the first call, when the plan is there and nothing was written, at the last, and at most.
Prints tables and writes `benchmarks/results/sync_cost.json`.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workbench.core.planning.drafting import mapping_fingerprint
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.lines import Agreed, Line
from workbench.model.mappings import FieldMapping, Pairing
from workbench.model.people import Person
from workbench.model.plans import Plan
from workbench.model.ports import Description, Field, Instance, Outcome, Reading, Write
from workbench.model.records import MODIFIED, Condition, Ref, Where, frame_of
from workbench.steps import approving, running
from workbench.steps.keys import KeySigner
from workbench.store import Store
from workbench.store.database import Database

LATENCY = 0.12
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
PLACE = KindInSystem("records", "changedAt", evidence={"name": "name"})
KINDS = {"partner": Kind("partner", "Partner", {"portal": PLACE, "crm": PLACE})}
PAIRING = Pairing("partner", (FieldMapping("name", "name"),))
SYNC = Integration("cost", "Cost", "portal", "crm", (PAIRING,))


class Slow:
    """A system that does nothing but take its time."""

    def __init__(self, name: str, lines: int, chunk_size: int, concurrency: int, latency: float = LATENCY) -> None:
        self.name, self.calls, self._latency = name, 0, latency
        self.records = {str(n): {"name": "old", MODIFIED: "1"} for n in range(lines)}
        self._size, self._concurrency, self._lock = chunk_size, concurrency, threading.Lock()
        self.on_call: Callable[[], object] = bool

    def identify(self) -> Instance:
        return Instance(self.name, self.name, self.name, "")

    def describe(self, kind: str) -> Description:
        fields = (Field("name", "name"),)
        return Description(self.name, kind, "records", fields, chunk_size=self._size, concurrency=self._concurrency)

    def read(self, kind: str, where: Where = Where(), fields: Sequence[str] = (), since: str = "") -> Reading:  # noqa: B008  # frozen value
        self._called()
        found = {str(key): self.records[str(key)] for key in where.conditions[0].values}
        return Reading(frame_of(found), "1", NOW)

    def write(self, chunk: Sequence[Write]) -> Sequence[Outcome]:
        self._called()
        for write in chunk:
            self.records[write.target.id] = {**write.values, MODIFIED: "2"}
        return [Outcome(write.line, "done", write.target.id) for write in chunk]

    def _called(self) -> None:
        with self._lock:
            self.calls += 1
        self.on_call()
        time.sleep(self._latency)


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def timed(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def bare(system: Slow, lines: int) -> None:
    """The very calls of a run: a group is read, written and read back; two chunks share their reading."""
    described = system.describe("partner")
    together = 200 if described.chunk_size == 1 else described.chunk_size * max(described.concurrency, 2)
    for start in range(0, lines, together):
        ids = tuple(str(n) for n in range(start, min(start + together, lines)))
        system.read("partner", Where((Condition("id", ids),)))
        writes = [Write(key, "update", Ref("crm", "partner", key), {"name": "new"}) for key in ids]
        size = described.chunk_size
        chunks = [writes[at : at + size] for at in range(0, len(writes), size)]
        with ThreadPoolExecutor(described.concurrency) as pool:
            list(pool.map(system.write, chunks))
        system.read("partner", Where((Condition("id", ids),)))


def a_plan(lines: int) -> Plan:
    made = (
        Line(
            f"{n:032x}", "update", Ref("crm", "partner", str(n)), Ref("portal", "partner", str(n)), f"Partner {n}",
            {"name": "old"}, {"name": "new"}, {MODIFIED: "1"}, {"name=name": Agreed("new", "new")},
        )
        for n in range(lines)
    )  # fmt: skip
    return Plan("cost", "sync", tuple(made), mapping=mapping_fingerprint(SYNC), instances={"crm": "crm"}, made_at=NOW)


ANN = KeySigner("ann", Ed25519PrivateKey.generate())
PEOPLE = (Person("ann", ("approver",), ANN.public_key),)


def prepare(lines: int, folder: str) -> str:
    """Lay an approved plan of so many lines into a new store; says which."""
    store, clock, plan = a_store(folder), WallClock(), a_plan(lines)
    store.plans.offer(plan, clock.now())
    approving.approve(plan, store, ANN, clock, PEOPLE, reason="benchmark", live=False)
    store.close()
    return plan.id


def run(system: Slow, plan_id: str, store: Store, people: Sequence[Person] = PEOPLE) -> None:
    systems = {"crm": system, "portal": replace_name(system)}
    journal = running.run(
        plan_id, systems, store, WallClock(), people, integration=SYNC, kinds=KINDS, owner="bench", live=False
    )  # fmt: skip
    assert journal.counts == {"verified": len(system.records)}


def a_store(folder: str) -> Store:
    return Store(f"sqlite:///{folder}/cost.db")


def replace_name(system: Slow) -> Slow:
    return Slow("portal", 0, system._size, system._concurrency)


def watched(database: Database) -> Callable[[], float]:
    """Count the seconds between opening and closing the outermost write transactions."""
    inner, spent = database.writing, [0.0]

    @contextmanager
    def writing():
        outermost, started = not database.in_transaction, time.monotonic()
        with inner() as connection:
            yield connection
        if outermost:
            spent[0] += time.monotonic() - started

    database.writing = writing  # type: ignore[method-assign]  # a stopwatch, in this benchmark alone
    return lambda: spent[0]


def measure(label: str, lines: int, chunk_size: int, concurrency: int) -> dict[str, object]:
    one, two = (Slow("crm", lines, chunk_size, concurrency) for _ in range(2))
    loop = timed(lambda: bare(one, lines))
    with TemporaryDirectory() as folder:
        plan_id, store = prepare(lines, folder), a_store(folder)
        in_the_store, began = watched(store.database), time.process_time()
        wall = timed(lambda: run(two, plan_id, store))
        worked, journal = time.process_time() - began, in_the_store()
        store.close()
    assert one.calls == two.calls
    return {
        "system": label,
        "lines": lines,
        "calls": two.calls,
        "bare seconds": round(loop, 1),
        "run seconds": round(wall, 1),
        "ratio": round(wall / loop, 2),
        "processor seconds": round(worked, 1),
        "store, per cent of wall": round(100 * journal / wall, 1),
    }


def memory(lines: int) -> dict[str, int]:
    """MB that a process holds while it runs so many lines: at the first call, at the last one, and at most."""
    # A process a step: a peak never falls again, and what made the plan is not what runs it.
    with TemporaryDirectory() as folder:
        plan_id, people = alone(prepared, lines, folder)
        return alone(remembered, lines, folder, plan_id, people)


def alone(work: Callable[..., Any], *args: object) -> Any:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *args).result()


def prepared(lines: int, folder: str) -> tuple[str, Sequence[Person]]:
    return prepare(lines, folder), PEOPLE


def remembered(lines: int, folder: str, plan_id: str, people: Sequence[Person]) -> dict[str, int]:
    system, store, held = Slow("crm", lines, 200, 1, latency=0), a_store(folder), list[int]()
    system.on_call = lambda: held.append(megabytes("VmRSS"))
    run(system, plan_id, store, people)
    store.close()
    # `ru_maxrss` begins with what the process had from which this one was started; the kernel's own mark does not.
    return {"lines": lines, "first call": held[0], "last call": held[-1], "peak": megabytes("VmHWM")}


def megabytes(mark: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition(f"{mark}:")[2].split()[0]) // 1024


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rows = [
        measure("200 a call, one at a time", lines, 200, 1),
        measure("200 a call, four side by side", lines, 200, 4),
        measure("one a call, eight side by side", lines, 1, 8),
    ]
    held = [memory(size) for size in (2_500, 10_000, 40_000)]
    for name in rows[0]:
        print(f"{name:26}", *(f"{row[name]!s:>32}" for row in rows))
    for found in held:
        print(*(f"{name} {figure:,}" for name, figure in found.items()), sep=", ", end=" (MB)\n")
    out = Path(__file__).parent / "results" / "sync_cost.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({"runs": rows, "memory, MB": held}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
