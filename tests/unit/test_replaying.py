"""A plan that ran is written once more to a world as it was, and every line is compared."""

from __future__ import annotations

import pytest
from crash.world import KINDS, a_world, mixed

from workbench.errors import Refused
from workbench.steps.replaying import replay


@pytest.fixture
def world():
    with a_world() as made:
        yield mixed(made)


def replayed(world, plan, on):
    return replay(plan, world.store.journal.of(plan), world.integration, KINDS, on.systems, clock=on.clock)


def test_the_same_plan_on_the_same_seed_ends_the_same(world):
    journal = world.sync()
    rows = journal.plan.id, len(world.store.audit.rows())
    with a_world() as fresh:
        found = replayed(world, journal.plan, mixed(fresh))
    assert len(found) == len(journal.plan.lines) and all(row.same for row in found)
    assert rows == (world.store.plans.last_run("partner-sync").id, len(world.store.audit.rows()))


def test_a_line_that_comes_out_otherwise_is_told_with_its_field(world):
    journal = world.sync()
    with a_world(stores=lambda kind, field, value: f"{value}!" if field == "Name" else value) as fresh:
        found = replayed(world, journal.plan, mixed(fresh))
    assert {(row.now, row.other) for row in found if not row.same} == {("differs", "Name")}


def test_a_value_that_is_kept_in_another_spelling_is_told_although_it_means_the_same(world):
    journal = world.sync()
    with a_world(stores=lambda kind, field, value: f"({value})" if field == "Phone" and value else value) as fresh:
        found = replayed(world, journal.plan, mixed(fresh))
    assert {(row.was, row.now, row.other) for row in found if not row.same} == {("verified", "verified", "Phone")}


def test_a_plan_made_after_other_runs_says_that_its_records_are_not_there_yet(world):
    world.sync()
    world.left.edit("partner", "1", {"name": "Acme North"})
    journal = world.sync()
    with a_world() as fresh:
        (row,) = replayed(world, journal.plan, mixed(fresh))
    assert (row.was, row.now, row.same) == ("verified", "stale", False)


def test_a_plan_that_has_not_run_is_not_replayed(world):
    plan = world.plan()
    with a_world() as fresh, pytest.raises(Refused, match="has not run to its end"):
        replayed(world, plan, mixed(fresh))
