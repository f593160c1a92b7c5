"""Lines at risk: a person's edit in the moment before the write is never overwritten, whatever the system can do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from crash.world import LEFT, RIGHT, SYNC, a_world

PARTNERS, CONTACTS = SYNC.pairings
MARKED = replace(SYNC, pairings=(replace(PARTNERS, deleted={"right": {"Note": "gone"}}), CONTACTS))
HOW = [{"guards": True}, {"guards": False}, {"guards": False, "chunk_size": 1}, {"guards": True, "chunk_size": 1}]


class Busy:
    """A system in which somebody edits a record after it was looked at: when a later call about it arrives."""

    def __init__(self, system, edit, *, on):
        self._system, self._edit, self._on, self.name = system, edit, on, system.name

    def __getattr__(self, name):
        return getattr(self._system, name)

    def read(self, *given, **how):
        answer = self._system.read(*given, **how)
        if self._on == "read":
            self._once()
        return answer

    def write(self, chunk):
        if self._on == "write":
            self._once()
        return self._system.write(chunk)

    def _once(self):
        if self._edit is not None:
            edit, self._edit = self._edit, None
            edit()


@pytest.fixture(params=HOW, ids=str)
def leaving(request):
    """Three linked partners, two of which were deleted in the portal: their accounts are to be marked."""
    with a_world(**request.param) as world:
        world.integration = replace(MARKED, limits=replace(SYNC.limits, soft_deletes=10, soft_deletes_per_cent=100))
        for number in ("1", "2", "3"):
            world.left.create("partner", {"name": f"P{number}", "status": "Active"}, number)
            world.right.create("partner", {"Name": f"P{number}"}, f"A{number}")
            world.rule(number, "link", f"A{number}")
        world.sync()
        for number in ("1", "2"):
            world.left.remove("partner", number)
        yield world


def approved(world):
    plan = world.plan()
    assert {line.risk for line in plan.lines} == {("soft delete",)} and len(plan.lines) == 2
    world.approve(plan)
    return plan


def test_an_edit_after_the_look_makes_a_line_at_risk_stale_and_no_other(leaving):
    plan = approved(leaving)
    busy = Busy(leaving.right, lambda: leaving.right.edit("partner", "A2", {"Phone": "555-0177"}), on="read")
    journal = leaving.run(plan, systems={LEFT: leaving.left, RIGHT: busy})
    assert journal.counts == {"verified": 1, "stale": 1}
    assert leaving.right.record("partner", "A2").get("Note") is None
    assert leaving.right.record("partner", "A1")["Note"] == "gone"


@pytest.mark.parametrize("leaving", [{"guards": True}], indirect=True)
def test_where_the_system_checks_itself_not_even_the_last_moment_is_open(leaving):
    plan = approved(leaving)
    busy = Busy(leaving.right, lambda: leaving.right.edit("partner", "A2", {"Phone": "555-0177"}), on="write")
    journal = leaving.run(plan, systems={LEFT: leaving.left, RIGHT: busy})
    assert journal.counts == {"verified": 1, "stale": 1}
    assert leaving.right.record("partner", "A2").get("Note") is None


@pytest.mark.parametrize("leaving", [{"guards": False}], indirect=True)
def test_a_line_at_risk_that_cannot_be_looked_at_again_is_not_sent_and_tried_again(leaving):
    plan = approved(leaving)
    busy = Busy(leaving.right, lambda: leaving.right.fail("unavailable"), on="read")
    assert leaving.run(plan, systems={LEFT: leaving.left, RIGHT: busy}).counts == {"verified": 2}
    assert {entry.code for entry in leaving.store.journal.history(plan.id) if entry.state == "retry"} == {"NOT_SEEN"}


@pytest.mark.parametrize("leaving", [{"guards": False}, {"guards": True}], indirect=True)
def test_a_line_without_risk_takes_no_further_look(leaving):
    leaving.left.edit("partner", "3", {"phone": "555-0133"})
    plan = leaving.plan()
    calm = replace(plan, lines=tuple(line for line in plan.lines if not line.risk), parent=plan.id)
    leaving.store.plans.offer(calm, leaving.clock.now())
    leaving.approve(calm)
    before = len(leaving.right.calls)
    assert leaving.run(calm).counts == {"verified": len(calm.lines)}
    calls = [call.verb for call in leaving.right.calls[before:]]
    assert calls.count("read") == 2 * calls.count("write")
