"""What running a plan costs beside the bare loop of the same calls: `python benchmarks/sync_cost.py [LINES]`.

Systems that answer each call after 120 ms: one takes 200 records a call (Collections), one call at a time or four, one
takes a record a call, eight side by side. The bare loop reads, writes and reads back the same records, with no journal
and no comparison. Memory is that of runs of 2,500, 5,000 and 10,000 lines without any waiting, each in a process of its
own. Prints tables and writes `benchmarks/results/sync_cost.json`.
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
from workbench.steps.approving import KeySigner
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


def run(system: Slow, lines: int, folder: str) -> tuple[float, float, float]:
    """Seconds of the whole run, those spent in write transactions of the store, and those of the processor."""
    store, clock = Store(f"sqlite:///{folder}/cost.db"), WallClock()
    signer = KeySigner("ann", Ed25519PrivateKey.generate())
    people = (Person("ann", ("approver",), signer.public_key),)
    plan = a_plan(lines)
    store.plans.offer(plan, clock.now())
    approving.approve(plan, store, signer, clock, people, reason="benchmark")
    systems = {"crm": system, "portal": replace_name(system)}
    journal_seconds, began = watched(store.database), time.process_time()
    seconds = timed(
        lambda: running.run(plan.id, systems, store, clock, people, integration=SYNC, kinds=KINDS, owner="bench")
    )
    worked = time.process_time() - began
    assert store.journal.of(plan).counts == {"verified": lines}
    store.close()
    return seconds, journal_seconds(), worked


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
        wall, journal, worked = run(two, lines, folder)
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


def peak(lines: int) -> int:
    """MB that a process needs at most while it runs so many lines."""
    with TemporaryDirectory() as folder:
        run(Slow("crm", lines, 200, 1, latency=0), lines, folder)
    # `ru_maxrss` begins with what the process had from which this one was started; the kernel's own mark does not.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def memory() -> dict[str, object]:
    sizes = (2_500, 5_000, 10_000)
    # A process a size: a peak never falls again.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
        peaks = dict(zip(sizes, pool.map(peak, sizes), strict=True))
    growth = (peaks[sizes[-1]] - peaks[sizes[0]]) * 1024 / (sizes[-1] - sizes[0])
    return {
        "peak memory MB": {f"{size:,} lines": found for size, found in peaks.items()},
        "kB a line": round(growth, 1),
    }


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rows = [
        measure("200 a call, one at a time", lines, 200, 1),
        measure("200 a call, four side by side", lines, 200, 4),
        measure("one a call, eight side by side", lines, 1, 8),
    ]
    needed = memory()
    for name in rows[0]:
        print(f"{name:26}", *(f"{row[name]!s:>32}" for row in rows))
    print(needed)
    out = Path(__file__).parent / "results" / "sync_cost.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({"runs": rows, **needed}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
