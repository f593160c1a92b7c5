"""Any history of edits, plans, approvals, tampering, deaths and second schedulers: nothing is written unapproved.

WORKBENCH_HISTORIES says how many histories are tried, WORKBENCH_STEPS how long each is.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from crash.mortal import Died, Fuse, MortalClock, MortalSystem
from crash.world import KINDS, LEFT, PEOPLE, RIGHT, SYNC, a_world, ready
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import text

from workbench.errors import WorkbenchError
from workbench.model.journals import TERMINAL
from workbench.model.lines import Promise
from workbench.steps import running
from workbench.steps.reviewing import Reviewing

HISTORIES = int(os.environ.get("WORKBENCH_HISTORIES", "10"))
STEPS = int(os.environ.get("WORKBENCH_STEPS", "20"))
NUMBERS = st.sampled_from(["1", "2", "3"])
NAMES = st.sampled_from(["Oak", "Elm", "Ash", ""])
DEATHS = st.just(0) | st.integers(1, 40)
"""At which touch of clock or system a run dies; 0: it lives."""


class Watched:
    """A system that lets only writes pass which a person approved, word for word."""

    def __init__(self, histories, system):
        self._histories, self._system, self.name = histories, system, system.name

    def __getattr__(self, name):
        return getattr(self._system, name)

    def write(self, chunk):
        self._histories.check_writes(chunk)
        return self._system.write(chunk)


class Histories(RuleBasedStateMachine):
    @initialize(linked=st.booleans())
    def begin(self, linked):
        """Three partners whom a person ruled on; in half of the histories their first sync is done already."""
        self._opened = a_world(chunk_size=2)
        self.world = world = self._opened.__enter__()
        self.approved, self.running, self.fuses = set(), None, 0
        for number in ("1", "2", "3"):
            world.left.create("partner", {"name": f"Old {number}", "phone": None, "status": "Active"}, number)
            world.right.create("partner", {"Name": f"OLD {number}", "Phone": "555-0100"}, f"A{number}")
        world.rule("1", "link", "A1")
        world.rule("2", "link", "A2")
        world.rule("3", "create")
        if linked:
            self.approved.add(world.sync().plan.fingerprint)
        world.systems = {LEFT: Watched(self, world.left), RIGHT: Watched(self, world.right)}

    def teardown(self):
        if hasattr(self, "_opened"):
            self._opened.__exit__(None, None, None)

    def check_writes(self, chunk):
        assert self.running is not None and self.running.fingerprint in self.approved
        last = self.world.store.journal.last(self.running.id)
        for write in chunk:
            line = self.running.line(write.line)
            meant = {k: last[v.line].id if isinstance(v, Promise) else v for k, v in line.after.items()}
            assert (write.values, write.target, write.marker) == (meant, line.target, line.marker)
            assert last[write.line].state == "intended"

    def waiting(self, *states):
        return [self.world.store.plans.get(known.id) for known in self.world.store.plans.known(states=states)]

    @rule(number=NUMBERS, name=NAMES)
    def edit_left(self, number, name):
        self.world.left.edit("partner", number, {"name": name or None})

    @rule(number=NUMBERS, name=NAMES)
    def edit_right(self, number, name):
        self.world.right.edit("partner", f"A{number}", {"Name": name or None})

    @rule(number=NUMBERS)
    def clear_flag(self, number):
        self.world.left.edit("partner", number, {"status": "Inactive"})

    @rule(number=NUMBERS)
    def delete(self, number):
        self.world.left.remove("partner", number)

    @rule()
    def plan(self):
        self.world.plan()

    @precondition(lambda self: self.waiting("waiting"))
    @rule()
    def approve(self):
        for plan in self.waiting("waiting"):
            self.sign(plan)

    def sign(self, plan):
        self.world.approve(plan, overrides={gate.name: "seen" for gate in plan.gates if not gate.holds})
        self.approved.add(plan.fingerprint)

    @precondition(lambda self: self.waiting("waiting", "approved"))
    @rule()
    def tamper(self):
        """Somebody changes plans in the database; when they are to be run, they are refused."""
        known = self.world.store.plans.known(states=("waiting", "approved"))
        for old, new in (("Old", "Evil"), ("Evil", "Old")):
            with self.world.store.writing() as connection:
                connection.execute(text(f"UPDATE plans SET document = replace(document, '{old}', '{new}')"))
            for plan in known if new == "Evil" else ():
                self.run_one(plan.id)

    @rule()
    def approve_by_hand_in_the_database(self):
        with self.world.store.writing() as connection:
            connection.execute(text("UPDATE plans SET state = 'approved' WHERE state = 'waiting'"))
        for plan in self.waiting("approved"):
            self.run_one(plan.id)
        with self.world.store.writing() as connection:
            connection.execute(text("UPDATE plans SET state = 'waiting' WHERE state = 'approved'"))

    @rule(hours=st.sampled_from([-0.2, 0.2, 25]))
    def clock_jumps(self, hours):
        self.world.later(hours=hours)

    @precondition(lambda self: self.waiting("approved", "running"))
    @rule(
        at=DEATHS,
        fault=st.sampled_from(["none", "lose answer", "late commit", "partial", "reject", "pause"]),
        scheduler=st.booleans(),
    )
    def run(self, at, fault, scheduler):
        if scheduler and not self.world.store.leases.holder("partner-sync", self.world.clock.now()):
            self.world.store.leases.take("partner-sync", "another", self.world.clock.now(), 300)
        if fault != "none":
            self.world.right.fail(fault, seconds=200)
        for plan in self.waiting("approved", "running"):
            self.run_one(plan.id, at)
        self.world.right.heal()

    @rule(number=NUMBERS, name=NAMES, at=DEATHS)
    def carry(self, number, name, at):
        """An edit is planned, approved and run; what a run left open before, whose lease has ended, goes first."""
        self.edit_left(number, name)
        self.world.later(minutes=11)
        for plan in self.waiting("running"):
            self.run_one(plan.id)
        self.plan()
        self.approve()
        for plan in self.waiting("approved"):
            self.run_one(plan.id, at)

    @precondition(lambda self: self.waiting("waiting", "approved"))
    @rule(which=st.integers(0, 5), lines=st.sets(st.integers(0, 12), min_size=1, max_size=3), signed=st.booleans())
    def drop(self, which, lines, signed):
        """A reviewer leaves lines out: what remains is another content, not approved whatever its row says."""
        waiting = [plan for plan in self.waiting("waiting", "approved") if plan.lines]
        plan = waiting[which % len(waiting)]
        if signed:
            self.sign(plan)
        dropped = {plan.lines[place % len(plan.lines)].id for place in lines}
        reviewing = Reviewing(SYNC, KINDS, self.world.systems, self.world.store, self.world.clock, ready)
        try:
            child = reviewing.drop(plan, dropped)
        except WorkbenchError:
            assert self.world.store.plans.state(plan.id) in ("waiting", "approved")
            return
        kept = {line.id for line in child.lines}
        assert kept < {line.id for line in plan.lines} and not kept & dropped
        assert all(parent in kept for line in child.lines for parent in line.depends_on)
        assert self.world.store.plans.state(plan.id) == "superseded"
        self.approve_by_hand_in_the_database()

    @precondition(lambda self: self.undoable())
    @rule(which=st.integers(0, 5))
    def undo(self, which):
        self.take_back(which)

    @precondition(lambda self: self.undoable())
    @rule(which=st.integers(0, 5), at=DEATHS)
    def undo_approved_and_run(self, which, at):
        """A run is taken back, and whoever takes it back may die over it; what it verified is then as it was before."""
        undo = self.take_back(which)
        if undo is None or self.world.store.plans.state(undo.id) != "waiting":
            return
        self.sign(undo)
        self.run_one(undo.id, at)

    def undoable(self):
        return [plan for plan in self.waiting("done") if plan.lines]

    def take_back(self, which):
        done = self.undoable()
        try:
            return self.world.undo(done[which % len(done)])
        except WorkbenchError:
            return None

    def run_one(self, plan_id, at=0):
        """Run as a process would that may die at some touch; refusals are answers, too."""
        world, fuse = self.world, Fuse(at)
        systems = {name: MortalSystem(system, fuse) for name, system in world.systems.items()}
        self.fuses += 1
        how = {"integration": SYNC, "kinds": KINDS, "owner": f"run {self.fuses}", "live": False}
        try:
            self.running = world.store.plans.get(plan_id)
            running.run(plan_id, systems, world.store, MortalClock(world.clock, fuse), PEOPLE, **how)
        except (Died, WorkbenchError):
            return
        finally:
            self.running = None

    @invariant()
    def at_most_one_plan_is_open_and_one_waits_for_each_purpose(self):
        if hasattr(self, "world"):
            known = self.world.store.plans.known()
            assert sum(plan.state == "running" for plan in known) <= 1
            slots = Counter((plan.integration, plan.purpose) for plan in known if plan.state in ("waiting", "approved"))
            assert set(slots.values()) <= {1}

    @invariant()
    def what_is_done_adds_up_and_nothing_is_there_twice(self):
        if not hasattr(self, "world"):
            return
        for plan in self.waiting("done"):
            states = [entry.state for entry in self.world.store.journal.of(plan).entries]
            assert len(states) == len(plan.lines) and set(states) <= TERMINAL
        markers = Counter(r.get("Key__c") for r in self.world.right.records("partner").values() if r.get("Key__c"))
        assert set(markers.values()) <= {1}
        self.world.store.audit.verify()


TestHistories = pytest.mark.timeout(7200)(Histories.TestCase)  # hundreds of long histories take their time
TestHistories.settings = settings(
    max_examples=HISTORIES,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
