"""Real processes, really killed: the journal on disk is all that the next run has. And eight that want one batch."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from multiprocessing.managers import BaseManager

import pytest
from crash.mortal import Fuse, MortalClock, MortalSystem
from crash.world import KINDS, PEOPLE, SYNC, World, a_store

from workbench.errors import LockHeld, Refused
from workbench.steps import running
from workbench.steps.running.claiming import claim
from workbench.store import Store
from workbench.systems.memory import MemoryClock

LINES = int(os.environ.get("WORKBENCH_KILL_LINES", "2000"))
KILLS = int(os.environ.get("WORKBENCH_KILLS", "60"))
BATCHES = int(os.environ.get("WORKBENCH_BATCHES", "500"))
CALLS = ("identify", "describe", "read", "write")


class Hosts(BaseManager):
    """The systems, served from this process over a socket, so that they survive the process that writes."""


class Remote:
    """A system as the killed process sees it: so many calls go to it side by side, while others are written down."""

    def __init__(self, hosts, name, concurrency):
        self.name, self._proxy, self._concurrency = name, getattr(hosts, name)(), concurrency

    def __getattr__(self, call):
        return getattr(self._proxy, call)

    def describe(self, kind):
        return replace(self._proxy.describe(kind), concurrency=self._concurrency)


class Suicide(Fuse):
    def point(self):
        self.points += 1
        if self.at and self.points == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def lines():
    """How many lines the batch has."""
    return 300


@pytest.fixture
def world(tmp_path, lines):
    made = World(a_store(tmp_path), chunk_size=25, unique_marker=False)
    for number in range(lines // 2):
        made.left.create("partner", {"name": f"New {number}", "status": "Active"}, f"{number:04d}")
        made.rule(f"{number:04d}", "create")
    yield made
    made.store.close()


@pytest.fixture
def address(world, tmp_path):
    Hosts.register("portal", callable=lambda: world.left, exposed=CALLS)
    Hosts.register("crm", callable=lambda: world.right, exposed=CALLS)
    server = Hosts(address=str(tmp_path / "hosts"), authkey=b"tests").get_server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return str(tmp_path / "hosts")


def in_a_child(work):
    """Fork, so that nothing has to be imported again; the child ends without a word."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def run_remotely(world, plan, address, fuse, concurrency):
    hosts = Hosts(address=address, authkey=b"tests")
    hosts.connect()
    systems = {name: MortalSystem(Remote(hosts, name, concurrency), fuse) for name in ("portal", "crm")}
    store = Store(world.store.database.url.render_as_string(hide_password=False))
    clock = MortalClock(MemoryClock(world.clock.now()), fuse)
    running.run(
        plan.id, systems, store, clock, PEOPLE, integration=SYNC, kinds=KINDS, owner=str(os.getpid()), live=False
    )


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("lines", [LINES])
def test_a_batch_survives_being_killed_again_and_again(world, address, lines):
    plan = world.plan()
    world.approve(plan)
    assert len(plan.lines) == lines // 2 * 2
    lots, lives = random.Random(20261122), 0
    wanted = {"at a point": KILLS * 2 // 3, "at a time": KILLS - KILLS * 2 // 3}
    while any(wanted.values()):
        if world.store.plans.state(plan.id) == "done":
            check_whole(world, plan)
            plan = renaming(world, lives)
        world.store.close()
        world.later(minutes=11)
        # Two of three die at a point that is drawn by lot, the third at any time.
        when, lives = max(wanted, key=lambda sort: wanted[sort]), lives + 1
        fuse = Suicide(lots.randrange(5, 400) if when == "at a point" else 0)
        child = in_a_child(lambda fuse=fuse, at=lives // 3 % 3, plan=plan: run_remotely(world, plan, address, fuse, at))
        if not fuse.at:
            time.sleep(lots.uniform(0.05, 0.8))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        wanted[when] -= os.WIFSIGNALED(status)  # one that came to the end of its batch first was not killed
    world.later(minutes=11)
    if world.store.plans.state(plan.id) != "done":
        world.run(plan)
    check_whole(world, plan)


def renaming(world, number):
    """A further batch: every partner has another name."""
    for record_id in world.left.records("partner"):
        world.left.edit("partner", record_id, {"name": f"Round {number} {record_id}"})
    plan = world.plan()
    world.approve(plan)
    return plan


def check_whole(world, plan):
    assert world.store.journal.of(plan).counts == {"verified": len(plan.lines)}
    left, right = world.left.records("partner"), world.right.records("partner")
    assert len(right) == len(left) and all(record["crmId"] in right for record in left.values())
    assert Counter(r["name"] for r in left.values()) == Counter(r["Name"] for r in right.values())
    world.store.audit.verify()


def test_eight_processes_that_want_every_batch_start_each_exactly_once(world, tmp_path):
    plan = world.plan()
    names = [f"sync-{number:03d}" for number in range(BATCHES)]
    for name in names:
        one = replace(plan, integration=name, lines=plan.lines[:1], snapshots={}, mapping="")
        world.store.plans.offer(one, world.clock.now())
        world.approve(one)
    known = {item.integration: item.id for item in world.store.plans.known(states=("approved",))}
    world.store.close()

    def want_all(number):
        store = Store(world.store.database.url.render_as_string(hide_password=False))
        order = random.Random(number).sample(names, len(names))
        with (tmp_path / f"won-{number}").open("w") as won:
            for name in order:
                try:
                    found = store.plans.get(known[name])
                    claim(
                        found,
                        replace(SYNC, name=name),
                        store,
                        world.clock,
                        PEOPLE,
                        owner=str(number),
                        live=False,
                        described={},
                    )
                    won.write(f"{name}\n")
                except (LockHeld, Refused):
                    continue

    children = [in_a_child(lambda number=number: want_all(number)) for number in range(8)]
    for child in children:
        os.waitpid(child, 0)
    won = Counter(name for number in range(8) for name in (tmp_path / f"won-{number}").read_text().split())
    assert won == Counter(names)
    assert len(world.store.audit.rows(event="claimed")) == BATCHES
    world.store.audit.verify()


class Stalling:
    """A system during whose call time passes, and another runner takes over."""

    def __init__(self, world, system, verb, call):
        self._world, self._system, self._verb, self._call, self.name = world, system, verb, call, system.name
        self.writes_after = 0
        self._taken = False

    def __getattr__(self, name):
        if name == "write" and self._taken:
            self.writes_after += 1
        if name == self._verb:
            self._call -= 1
            if self._call == 0:
                self._world.clock.sleep(timedelta(minutes=11).total_seconds())
                self._world.store.leases.take("partner-sync", "another", self._world.clock.now(), 600)
                self._taken = True
        return getattr(self._system, name)


@pytest.mark.parametrize(("verb", "call"), [("read", 1), ("read", 2), ("write", 1), ("write", 3)])
def test_a_fenced_out_runner_sends_nothing_more_and_writes_nothing_down(world, verb, call):
    plan = world.plan()
    world.approve(plan)
    stalling = Stalling(world, world.right, verb, call)
    with pytest.raises(LockHeld, match="lost to another run|is being run by another"):
        world.run(plan, systems={"portal": world.left, "crm": stalling})
    assert stalling.writes_after == 0
    before = len(world.store.journal.history(plan.id))
    world.later(minutes=11)
    assert world.run(plan).counts == {"verified": len(plan.lines)}
    assert len(world.right.records("partner")) == len(world.left.records("partner"))
    assert len(world.store.journal.history(plan.id)) > before
