"""Whatever the point at which a run dies, and whatever the system does meanwhile: nothing lost, nothing twice.

Every point of a run x kind of change x way of writing x fault, once more with a second death during the recovery.
What a death leaves behind is kept while one run comes to its end, so that each case costs its recovery alone. The
default takes an even sample; WORKBENCH_CRASH_RUNS says how many (0: all of them).
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from crash.mortal import Fuse, MortalClock, MortalSystem, Witness
from crash.world import KINDS, PEOPLE, SHM, SYNC, World, a_store

from workbench.core.merging import comparable
from workbench.errors import WorkbenchError
from workbench.model.journals import TERMINAL
from workbench.model.plans import Plan
from workbench.steps import running
from workbench.systems.memory import MemoryClock

RUNS = int(os.environ.get("WORKBENCH_CRASH_RUNS", "5000"))
FAILED_ONCE = {("link", "together"): [("partial", 0, 15, 17)]}
"""Cases that found a mistake: always tried."""
PASSING = (
    "none",
    "lose answer",
    "late commit",
    "partial",
    "not executed",
    "retry row",
    "pause",
    "unavailable",
    "break off",
)
REFUSING = ("reject", "stale")
"""Faults after which a line ends otherwise than verified."""
WAYS: dict[str, dict[str, Any]] = {
    "together": {"chunk_size": 2},
    "singly": {"chunk_size": 1, "unique_marker": False},
}
"""As Salesforce takes records, several a call with a unique marker, and as ConnectWise does."""
SHARE = 3
"""With each second death the first one alone is tried, too: so many times fewer are taken at a time."""
SECONDS = (1, 3, 5, 7, 8, 9, 10, 12, 14, 17, 20, 23, 26, 30, 35, 40)


def creating(world: World) -> None:
    for number in ("1", "2"):
        world.left.create("partner", {"name": f"New {number}", "phone": f"555-010{number}", "status": "Active"}, number)
    world.left.create("contact", {"lastName": "Ray", "email": "ray@new.example", "organization": "1"}, "11")


def aligned(world: World) -> None:
    for number in ("1", "2", "3", "4"):
        told = {"name": f"Old {number}", "phone": f"555-010{number}", "status": "Active", "crmId": f"A{number}"}
        world.left.create("partner", told, number)
        told = {"Name": f"Old {number}", "Phone": f"555-010{number}", "Sync": True, "PortalId": number}
        world.right.create("partner", told, f"A{number}")


def apart(world: World) -> None:
    for number in ("1", "2", "3"):
        world.left.create("partner", {"name": f"Old {number}", "phone": None, "status": "Active"}, number)
        world.right.create("partner", {"Name": f"OLD {number}", "Phone": f"555-010{number}"}, f"A{number}")


def edited(world: World) -> None:
    for number in ("1", "2", "3"):
        world.left.edit("partner", number, {"name": f"Renamed {number}"})
        world.right.edit("partner", f"A{number}", {"Phone": f"555-099{number}"})


def plan_creates(world: World) -> Plan:
    for number in ("1", "2"):
        world.rule(number, "create")
    return world.plan()


def plan_links(world: World) -> Plan:
    for number in world.left.records("partner"):
        world.rule(number, "link", f"A{number}")
    return world.plan()


def plan_updates(world: World) -> Plan:
    plan_links(world)
    world.sync()
    edited(world)
    return world.plan()


def plan_unlinks(world: World) -> Plan:
    plan_links(world)
    journal = world.sync()
    assert journal is not None
    return world.undo(journal.plan)


@dataclass(frozen=True)
class Change:
    """A kind of change: what the systems hold, what people do before, what is planned."""

    name: str
    seeds: tuple[Callable[[World], None], ...]
    plan: Callable[[World], Plan]


CHANGES = {
    change.name: change
    for change in (
        Change("create", (creating,), plan_creates),
        Change("link", (apart,), plan_links),
        Change("update", (aligned, edited), plan_updates),
        Change("unlink", (aligned,), plan_unlinks),
    )
}


@dataclass(frozen=True)
class Moment:
    """Everything that outlives a process: the files of the store, the systems, the time."""

    files: dict[str, bytes]
    systems: dict[str, Any]
    at: datetime


Case = tuple[str, int, int, int]
"""(fault, which call of each system, first death, second death; 0: none)."""


class Stage:
    """An approved plan, and the moment before it runs, to which every case goes back."""

    def __init__(self, change: Change, way: str, folder: Path) -> None:
        self.folder, self.how = folder, WAYS[way]
        folder.mkdir()
        self.world = World(a_store(folder), **self.how)
        change.seeds[0](self.world)
        # The gates were measured when planning; measuring them anew in each case would only take time.
        self.plan = replace(change.plan(self.world), snapshots={})
        self.world.store.plans.offer(self.plan, self.world.clock.now())
        self.world.approve(self.plan)
        self.world.store.close()
        world = World(self.world.store, clock=MemoryClock(self.world.clock.now()), **self.how)
        for seed in change.seeds:
            seed(world)
        self.before = self.moment(world)

    def moment(self, world: World) -> Moment:
        """What would be left if the process died now, in the middle of whatever it does."""
        files = {path.name: path.read_bytes() for path in self.folder.glob("workbench.db*") if path.suffix != ".db-shm"}
        clock = MemoryClock(world.clock.now())
        return Moment(files, {name: system.twin(clock) for name, system in world.systems.items()}, clock.now())

    def back_to(self, moment: Moment) -> World:
        """The world as a process finds it that starts after a death at that moment."""
        self.world.store.close()
        for path in self.folder.glob("workbench.db*"):
            path.unlink()
        for name, content in moment.files.items():
            (self.folder / name).write_bytes(content)
        world = World(self.world.store, clock=MemoryClock(moment.at), **self.how)
        world.left, world.right = (system.twin(world.clock) for system in moment.systems.values())
        world.systems = {world.left.name: world.left, world.right.name: world.right}
        return world

    def failing(self, fault: str, skip: int) -> World:
        """The world before the run, with something about to go wrong in both systems."""
        world = self.back_to(self.before)
        for system in (world.left, world.right) if fault != "none" else ():
            system.fail(fault, skip=skip, seconds=200)
        return world

    def watched(self, world: World, points: Any) -> Witness:
        """Run on to the end, keeping what a death at each of these points of the first attempt would leave."""
        witness = Witness(points, lambda: self.moment(world))
        attempt(world, self.plan, witness)
        for _ in range(4):
            if world.store.plans.state(self.plan.id) == "done":
                break
            world.later(minutes=11)
            attempt(world, self.plan, Fuse())
        return witness


def attempt(world: World, plan: Plan, fuse: Fuse) -> None:
    """Run as a process does that may be told of a system that stays away."""
    clock = MortalClock(world.clock, fuse)
    systems = {name: MortalSystem(system, fuse) for name, system in world.systems.items()}
    how = {"integration": SYNC, "kinds": KINDS, "owner": f"run at {world.clock.now()}", "live": False}
    try:
        running.run(plan.id, systems, world.store, clock, PEOPLE, **how)
    except WorkbenchError:
        return


def cases(stage: Stage) -> Iterator[Case]:
    """Every point of a run with every fault, and each of them with a second death at some points of the recovery."""
    for fault in (*PASSING, *REFUSING):
        whole = stage.watched(stage.failing(fault, 0), ())
        for skip in (0,) if fault == "none" else (0, 1, 2):
            for first in range(1, whole.points + 1):
                for second in (0, *SECONDS):
                    yield fault, skip, first, second


def explore(folder: Path, runs: int, change: str, way: str) -> int:
    """Try so many of a stage's cases, evenly spread (0: all of them); says how many were tried.

    Some second deaths come after the end of the recovery: those are no cases, and others are tried for them.
    """
    stage = Stage(CHANGES[change], way, folder / f"{change} {way}")
    every = list(cases(stage))
    apart = max(len(every) * SHARE // runs, 1) if runs else 1
    tried = set[Case]()
    for begin in range(apart):
        if runs and len(tried) >= runs:
            break
        wanted = {*every[begin::apart], *FAILED_ONCE.get((change, way), [])} - tried
        for fault, skip in dict.fromkeys((fault, skip) for fault, skip, _, _ in sorted(wanted)):
            here = {(first, second) for other, at, first, second in wanted if (other, at) == (fault, skip)}
            tried |= {(fault, skip, *deaths) for deaths in tried_with(stage, fault, skip, here, what=(change, way))}
            if runs and len(tried) >= runs and begin:
                break  # the first pass goes through all faults
    stage.world.store.close()
    return len(tried)


def tried_with(
    stage: Stage, fault: str, skip: int, deaths: set[tuple[int, int]], *, what: object
) -> Iterator[tuple[int, int]]:
    """Try deaths with one fault, from what the first one leaves; a second one is tried beside the first one alone."""
    kept = stage.watched(stage.failing(fault, skip), {first for first, _ in deaths}).kept
    for first, moment in kept.items():
        world = stage.back_to(moment)
        check_slots(world)
        world.later(minutes=11)
        again = stage.watched(world, {second for at, second in deaths if at == first}).kept
        check(world, stage.plan, fault, what=(what, fault, skip, first))
        yield first, 0
        for second, later in again.items():
            world = stage.back_to(later)
            world.later(minutes=11)
            stage.watched(world, ())
            check(world, stage.plan, fault, what=(what, fault, skip, first, second))
            yield first, second


def check_slots(world: World) -> None:
    """A death never leaves two open plans, or two of one purpose that wait."""
    known = world.store.plans.known()
    assert sum(plan.state == "running" for plan in known) <= 1
    assert (
        max(Counter(plan.purpose for plan in known if plan.state in ("waiting", "approved")).values(), default=0) <= 1
    )


def check(world: World, plan: Plan, fault: str, *, what: object) -> None:
    store = world.store
    last = store.journal.last(plan.id)
    assert store.plans.state(plan.id) == "done", what
    assert {line.id for line in plan.lines} == set(last), what
    assert all(entry.state in TERMINAL for entry in last.values()), what
    if fault in PASSING:
        assert Counter(entry.state for entry in last.values()) == {"verified": len(plan.lines)}, what
    created = [line for line in plan.lines if line.action == "create" and last[line.id].state == "verified"]
    for system, marker in ((world.left, "key"), (world.right, "Key__c")):
        there = Counter(r.get(marker) for kind in ("partner", "contact") for r in system.records(kind).values())
        assert {there[line.marker] for line in created if line.target.system == system.name} <= {1}, what
        assert max((count for value, count in there.items() if value), default=0) <= 1, what
    store.audit.verify()
    unfinished = {
        ref for line in plan.lines if last[line.id].state != "verified" for ref in (line.target, line.counterpart)
    }
    check_bases(world, except_of=unfinished, what=what)
    based = {ref for base in store.bases.of("partner-sync") for ref in (base.left, base.right)}
    paired = [line for line in plan.lines if line.action in ("link", "update") and line.target not in unfinished]
    assert all(line.target in based for line in paired if line.agreed), what
    check_slots(world)


def check_bases(world: World, *, except_of: set[Any], what: object) -> None:
    for base in world.store.bases.of("partner-sync"):
        if {base.left, base.right} & except_of:
            continue
        left = world.left.record(base.kind, base.left.id)
        right = world.right.record(base.kind, base.right.id)
        for mapping in SYNC.pairing(base.kind).mapping:
            agreed = base.fields.get(mapping.key)
            if agreed is not None:
                assert comparable(mapping, "left", agreed.left) == comparable(mapping, "left", left[mapping.left]), what
                assert comparable(mapping, "right", agreed.right) == comparable(
                    mapping, "right", right[mapping.right]
                ), what


@pytest.fixture(scope="module")
def folder():
    with TemporaryDirectory(dir=SHM if SHM.is_dir() else None) as made:
        yield Path(made)


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("change", CHANGES)
def test_a_run_that_dies_anywhere_is_finished_by_the_next_one(change, folder):
    wanted = -(-RUNS // (len(CHANGES) * len(WAYS)))
    # A process for each way of writing: they share nothing, and one core alone would take twice as long.
    with ProcessPoolExecutor(len(WAYS), multiprocessing.get_context("fork")) as pool:
        tried = sum(pool.map(partial(explore, folder, wanted, change), WAYS))
    assert tried >= len(WAYS) * wanted
