"""A person who left is erased: what was done stays provable, who did it is forgotten."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from crash.world import ANN, PEOPLE, a_world, mixed
from sqlalchemy import MetaData, select, text
from sqlalchemy.exc import DatabaseError
from unit.live import live_settings

import workbench as wb
from workbench.core import safety
from workbench.core.planning import noticing
from workbench.errors import Refused
from workbench.model.people import Person
from workbench.steps import approving, erasing, reporting
from workbench.store.documents import approval_from
from workbench.store.pauses import Pause
from workbench.store.tables import approvals


@pytest.fixture
def world():
    with a_world() as made:
        yield mixed(made)


@pytest.fixture
def bench(world, tmp_path):
    with wb.Bench(live_settings(world, tmp_path, viewer="cyd")) as opened:
        yield opened


@pytest.fixture
def left(world):
    """Ann ruled, planned, approved, rejected, paused, acknowledged and was told; then she left and was revoked."""
    journal = world.sync(author="ann")
    world.left.edit("partner", "1", {"phone": "555-0199"})
    rejected = world.plan(author="ann")
    approving.reject(rejected, world.store, world.clock, "ann", "not this week")
    world.store.pauses.pause(Pause("partner-sync", "ann", world.clock.now(), "migration"))
    world.left.edit("partner", "1", {"name": None})
    world.plan()
    reporting.acknowledge(world.store, world.clock, "ann", reporting.log(world.store)[0].id)
    told = [Person("ann", ("approver",), email="a.smith@example.com")]
    notice = noticing.notice("a plan waits", "look", "p1", told, world.right.identify(), made_at=world.clock.now())
    world.store.plans.offer(notice, world.clock.now())
    world.store.plans.move(notice.id, "done", world.clock.now(), "", out_of=("waiting",))
    approving.revoke_person("ann", world.store, world.clock, "ann", "she leaves")
    return journal.plan


def places(world, name="ann"):
    """The tables in which the name stands as a word of its own."""
    tables, word = MetaData(), re.compile(rf"\b{name}\b")
    with world.store.database.reading() as connection:
        tables.reflect(connection)
        rows = {table.name: [*map(tuple, connection.execute(select(table)))] for table in tables.sorted_tables}
    return {name for name, found in rows.items() if word.search(repr(found))}


def test_the_name_is_gone_from_every_table_but_the_audits_own_words(world, bench, left):
    assert places(world) >= {"actors", "rulings", "approvals", "plans", "acknowledgements", "pauses", "audit"}
    found = {trace.place: trace.state for trace in bench.forget_person("ann")}
    assert places(world) == {"audit"} and found["audit: whom it was about"] == "kept: the chain covers it"
    audited = world.store.audit.rows()
    assert "ann" not in {row.actor for row in audited} and len(found) == 7
    assert {row.event for row in audited if re.search(r"\bann\b", f"{row.subject} {row.details}")} == {"person revoked"}


def test_audit_rulings_and_plans_hold_as_before(world, bench, left):
    head = world.store.audit.verify().head
    bench.forget_person("ann")
    assert head in {row.hash for row in world.store.audit.rows()} and bench.verify_audit().ok
    assert world.store.plans.get(left.id).fingerprint == left.fingerprint
    assert world.plan().integration == "partner-sync"  # rulings that do not fit would make no plan
    assert {ruling.by for ruling in world.store.rulings.of("partner")} == {"(erased)"}


def test_whoever_says_the_name_again_can_check_the_signature(world, bench, left):
    bench.forget_person("ann")
    with world.store.database.reading() as connection:
        kept = approval_from(connection.execute(select(approvals.c.document)).scalars().first())
    assert kept.by == "(erased)"
    safety.check_approval(left, replace(kept, by="ann"), PEOPLE, kept.at, live=False)
    with pytest.raises(Refused, match="not in the list of people"):
        safety.check_approval(left, kept, PEOPLE, kept.at, live=False)


def test_a_rejection_outlives_the_name_of_who_rejected(world, bench, left):
    bench.forget_person("ann")
    (rejected,) = world.store.plans.known(states=("rejected",))
    assert rejected.note == "(erased): not this week" and rejected.author == "(erased)"


def test_rulings_that_were_changed_by_hand_are_not_made_good_by_erasing(world, bench, left):
    with world.store.writing() as connection:
        connection.execute(text("UPDATE rulings SET by = '(erased)' WHERE seq = 1"))
    with pytest.raises(Refused, match="not those that people made"):
        bench.forget_person("ann")
    assert "approvals" in places(world)


@pytest.mark.parametrize("change", ["by = 'eve'", "by = '(erased)', word = 'exclude'", "reason = '(erased)'"])
def test_of_a_ruling_nothing_but_the_name_can_be_erased(world, left, change):
    with pytest.raises(DatabaseError, match="append-only"), world.store.writing() as connection:
        connection.execute(text(f"UPDATE rulings SET {change}"))


def test_whoever_still_counts_is_not_erased_and_the_next_step_is_named(world, bench):
    plan = world.plan(author="ann")
    with pytest.raises(Refused, match=f"`workbench run {plan.id}` or `workbench reject {plan.id}` first"):
        bench.forget_person("ann")
    world.approve(plan, signer=ANN)
    world.run(plan)
    with pytest.raises(Refused, match="`workbench approver revoke ann` first"):
        erasing.forget_person(world.store, world.clock, "ann", by="ada", people=())
    with pytest.raises(Refused, match=r"config/approvers\.yaml; take the entry out first"):
        bench.forget_person("cyd")
    with pytest.raises(Refused, match="erases themselves"):
        bench.forget_person("ada")


def test_an_approved_plan_goes_on_saying_what_its_approver_read(world, bench):
    plan = world.plan()
    world.approve(plan)
    assert "ruled by ann" in {line.reason.partition(";")[0] for line in plan.lines}
    with pytest.raises(Refused, match=f"plan {plan.id} is approved and names ann; `workbench run {plan.id}` first"):
        bench.forget_person("ann")
    assert world.run(plan).counts == {"verified": 10}
