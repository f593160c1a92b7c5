"""Whatever the point at which a run dies, and whatever the system does meanwhile: nothing lost, nothing twice.

Every point of a run x kind of change x fault, once more with a second death during the recovery. The default takes an
even sample; WORKBENCH_CRASH_RUNS says how many (0: all of them).
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from crash.mortal import Died, Fuse, MortalClock, MortalSystem
from crash.world import KINDS, PEOPLE, SHM, SYNC, World, a_store

from workbench.core.merging import comparable
from workbench.model.journals import TERMINAL
from workbench.model.plans import Plan
from workbench.steps import running
from workbench.systems.memory import MemoryClock

RUNS = int(os.environ.get("WORKBENCH_CRASH_RUNS", "240"))
FAILED_ONCE = {"link": [("partial", 0, 15, 17)]}
"""Cases that found a mistake: always tried."""
FAULTS = ("none", "lose answer", "late commit", "partial", "not executed", "retry row")


def creating(world: World) -> None:
    for number in ("1", "2", "3"):
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
    for number in ("1", "2", "3"):
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
    """A kind of change: what the systems hold, what people do before, what is planned. Replaying it gives one state."""

    name: str
    seeds: tuple[Callable[[World], None], ...]
    plan: Callable[[World], Plan]


CHANGES = (
    Change("create", (creating,), plan_creates),
    Change("link", (apart,), plan_links),
    Change("update", (aligned, edited), plan_updates),
    Change("unlink", (aligned,), plan_unlinks),
)


class Stage:
    """An approved plan in a store that is put back before each case."""

    def __init__(self, change: Change, folder: Path) -> None:
        self.change, self.folder = change, folder
        folder.mkdir()
        self.world = World(a_store(folder), chunk_size=2)
        change.seeds[0](self.world)
        plan = change.plan(self.world)
        # The gates were measured when planning; measuring them anew in each case would only take time.
        self.plan = replace(plan, snapshots={})
        self.world.store.plans.offer(self.plan, self.world.clock.now())
        self.world.approve(self.plan)
        self.began = self.world.clock.now()
        self.world.store.close()
        shutil.copyfile(folder / "workbench.db", folder / "before.db")

    def reset(self) -> World:
        self.world.store.close()
        for name in ("workbench.db-wal", "workbench.db-shm"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.copyfile(self.folder / "before.db", self.folder / "workbench.db")
        world = World(self.world.store, clock=MemoryClock(self.began), chunk_size=2)
        for seed in self.change.seeds:
            seed(world)
        return world


def attempt(world: World, plan: Plan, fuse: Fuse) -> bool:
    """Run until the fuse burns down; says whether the run came to its end."""
    clock = MortalClock(world.clock, fuse)
    systems = {name: MortalSystem(system, fuse) for name, system in world.systems.items()}
    how = {"integration": SYNC, "kinds": KINDS, "owner": f"run {fuse.at}"}
    try:
        running.run(plan.id, systems, world.store, clock, PEOPLE, **how)
    except Died:
        return False
    return True


def fail(world: World, fault: str, skip: int) -> None:
    if fault != "none":
        for system in (world.left, world.right):
            system.fail(fault, skip=skip, seconds=200)


def cases(stage: Stage) -> Iterator[tuple[str, int, int, int]]:
    """(fault, which call of each system, first death, second death) for every point; a second death for some."""
    for fault in FAULTS:
        for skip in (0,) if fault == "none" else (0, 1):
            world = stage.reset()
            fail(world, fault, skip)
            whole = Fuse()
            assert attempt(world, stage.plan, whole)
            for first in range(1, whole.points + 1):
                yield fault, skip, first, 0
                for second in (1, 7, 8, 9, 12, 17, 23, 30):
                    yield fault, skip, first, second


def check(world: World, plan: Plan, *, what: object) -> None:
    store = world.store
    last = store.journal.last(plan.id)
    assert store.plans.state(plan.id) == "done", what
    assert {line.id for line in plan.lines} == set(last), what
    assert all(entry.state in TERMINAL for entry in last.values()), what
    assert Counter(entry.state for entry in last.values()) == {"verified": len(plan.lines)}, what
    for system, marker in ((world.left, "key"), (world.right, "Key__c")):
        for kind in ("partner", "contact"):
            markers = [record.get(marker) for record in system.records(kind).values() if record.get(marker)]
            assert len(markers) == len(set(markers)), what
    created = [line for line in plan.lines if line.action == "create"]
    for system, marker in ((world.left, "key"), (world.right, "Key__c")):
        held = {r.get(marker) for kind in ("partner", "contact") for r in system.records(kind).values()}
        assert {line.marker for line in created if line.target.system == system.name} <= held, what
    store.audit.verify()
    check_bases(world, what=what)


def check_bases(world: World, *, what: object) -> None:
    for base in world.store.bases.of("partner-sync"):
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


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_run_that_dies_anywhere_is_finished_by_the_next_one(change, folder):
    stage = Stage(change, folder / change.name)
    every = list(cases(stage))
    wanted = len(every) if not RUNS else RUNS // len(CHANGES)
    sample = every[:: max(len(every) // wanted, 1)] + FAILED_ONCE.get(change.name, [])
    for case in sample:
        fault, skip, first, second = case
        world = stage.reset()
        fail(world, fault, skip)
        for fuse in (Fuse(first), Fuse(second), Fuse()):
            if world.store.plans.state(stage.plan.id) != "done":
                attempt(world, stage.plan, fuse)
                world.later(minutes=11)
        check(world, stage.plan, what=case)
    assert len(sample) >= min(wanted, len(every))
    stage.world.store.close()
