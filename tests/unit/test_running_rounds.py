"""A schedule's round, standing approvals, and taking a run back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from crash.world import ANN, PEOPLE, RIGHT, SYNC, a_world, mixed

from workbench.errors import Refused, WaitingForApproval
from workbench.model.approvals import Standing
from workbench.steps import approving
from workbench.store.pauses import Pause


@pytest.fixture
def world():
    with a_world() as made:
        yield mixed(made)


@pytest.fixture
def linked(world):
    world.sync()
    return world


def named(world, side, kind="partner"):
    system, field = (world.left, "name") if side == "left" else (world.right, "Name")
    return sorted(record[field] for record in system.records(kind).values())


def test_a_round_plans_and_waits_then_runs_what_was_approved(world):
    first = world.round()
    assert first.ran == () and len(first.waits.lines) == 10
    assert "ran: nothing" in first._repr_html_() and f"as {first.waits.id}" in first._repr_html_()
    world.approve(first.waits)
    second = world.round()
    assert [journal.counts for journal in second.ran] == [{"verified": 10}]
    assert second.waits is None
    assert "10 verified" in second._repr_html_() and "ran: nothing" not in second._repr_html_()


def test_a_round_finishes_the_open_plan_first(world):
    plan = world.plan()
    world.approve(plan)
    world.right.fail("pause", skip=1)
    world.run(plan)
    world.left.edit("partner", "1", {"phone": "555-0199"})
    done = world.round()
    assert done.ran[0].plan.id == plan.id and done.ran[0].counts["verified"] >= 9
    assert world.store.plans.state(plan.id) == "done"
    assert "Phone" in {name for line in done.waits.lines for name in line.after}


def test_a_round_that_cannot_finish_the_open_plan_plans_nothing_else(world):
    plan = world.plan()
    world.approve(plan)
    world.right.fail("not executed", times=99)
    stopped = world.round()
    assert stopped.waits.id == plan.id and "not done yet" in stopped.note
    assert len(world.store.plans.known()) == 1


def test_an_identical_plan_keeps_waiting_and_a_different_one_supersedes_it(world):
    first = world.round().waits
    assert world.round().waits.id == first.id
    world.left.edit("partner", "1", {"name": "Acme North"})
    assert world.round().waits.id != first.id
    assert world.store.plans.state(first.id) == "superseded"


def test_an_expired_approval_makes_the_plan_wait_again(world):
    plan = world.round().waits
    world.approve(plan)
    world.later(hours=25)
    again = world.round()
    assert again.ran == () and again.waits.id == plan.id


def test_a_paused_integration_is_planned_but_not_written(linked):
    linked.left.edit("partner", "1", {"name": "Acme North"})
    linked.approve(linked.plan())
    linked.store.pauses.pause(Pause("partner-sync", "ann", linked.clock.now(), "migration"))
    done = linked.round()
    assert done.ran == () and "paused by ann" in done.note
    assert "Acme" in named(linked, "right")


def standing(world, **how):
    ends = world.clock.now() + timedelta(days=30)
    told = {"kinds": ("partner",), "actions": ("update",), "fields": ("Phone",), "per_run": 5, "per_day": 5, **how}
    rule = Standing("partner-sync", ends_at=ends, mapping=world.plan().mapping, **told)
    approving.stand(rule, world.store, ANN, world.clock, PEOPLE, reason="phones are harmless", live=False)
    return rule


def test_what_a_standing_approval_covers_runs_and_the_rest_waits(linked):
    standing(linked)
    linked.left.edit("partner", "1", {"phone": "555-0199"})
    linked.left.edit("partner", "2", {"name": "Birch North"})
    done = linked.round()
    assert [journal.counts for journal in done.ran] == [{"verified": 1}]
    assert linked.right.record("partner", "A1")["Phone"] == "555-0199"
    assert [line.name for line in done.waits.lines] == ["Birch"]
    assert "Birch North" not in named(linked, "right")


def test_the_daily_limit_of_a_standing_approval_counts_over_runs(linked):
    standing(linked, per_day=1)
    linked.left.edit("partner", "1", {"phone": "555-0199"})
    assert len(linked.round().ran) == 1
    linked.left.edit("partner", "1", {"phone": "555-0200"})
    held_back = linked.round()
    assert held_back.ran == () and len(held_back.waits.lines) == 1
    linked.later(hours=24)
    assert len(linked.round().ran) == 1


def test_a_revoked_standing_approval_covers_nothing(linked):
    rule = standing(linked)
    linked.store.approvals.revoke(linked.store.standings.add(rule, linked.clock.now()), "ann", linked.clock.now())
    linked.left.edit("partner", "1", {"phone": "555-0199"})
    done = linked.round()
    assert done.ran == () and len(done.waits.lines) == 1


def test_a_changed_mapping_suspends_standing_approvals(linked):
    standing(linked)
    linked.integration = replace(SYNC, master="right")
    linked.left.edit("partner", "1", {"phone": "555-0199"})
    assert linked.round().ran == ()


def emptying(plan):
    """Taking back a first sync empties the references that it filled: the approver says so, gate by gate."""
    return {gate.name: "as it was before" for gate in plan.gates if not gate.holds and "blanking" in gate.name}


def everything(world):
    return {
        (name, kind, key): {field: cell for field, cell in record.items() if field != "@modified"}
        for name, system in world.systems.items()
        for kind in ("partner", "contact")
        for key, record in system.records(kind).items()
    }


def test_an_undone_update_is_as_before_and_not_proposed_again_in_either_direction(linked):
    before = everything(linked)
    linked.left.edit("partner", "1", {"name": "Acme North", "phone": "555-0199"})
    done = linked.sync()
    undo = linked.undo(done.plan)
    assert undo.purpose == "undo" and undo.parent == done.plan.id
    linked.approve(undo)
    assert linked.run(undo).counts == {"verified": 1}
    after = everything(linked)
    assert after[RIGHT, "partner", "A1"] == before[RIGHT, "partner", "A1"]
    assert linked.plan().lines == ()
    linked.left.edit("partner", "1", {"name": "Acme South"})
    assert [line.after for line in linked.plan().lines] == [{"Name": "Acme South"}]


def test_an_undone_link_is_not_proposed_again_until_a_value_changes(world):
    before = everything(world)
    first = world.plan()
    world.approve(first)
    world.run(first)
    undo = world.undo(first)
    world.approve(undo, overrides=emptying(undo))
    assert set(world.run(undo).counts) == {"verified"}
    assert everything(world)[RIGHT, "partner", "A1"].items() >= before[RIGHT, "partner", "A1"].items()
    assert world.left.record("partner", "1")["crmId"] is None
    assert world.plan().lines == ()
    world.left.edit("partner", "1", {"name": "Acme North"})
    assert "Acme North" in [line.after.get("Name") for line in world.plan().lines]


def test_an_unlinked_pair_has_no_base_any_more():
    with a_world() as world:
        world.left.create("partner", {"name": "Acme", "phone": "1", "status": "Active", "crmId": "A1"}, "1")
        world.right.create("partner", {"Name": "Acme", "Phone": "1", "Sync": True, "PortalId": "1"}, "A1")
        world.rule("1", "link", "A1")
        journal = world.sync()
        assert len(world.store.bases.of("partner-sync")) == 1
        undo = world.undo(journal.plan)
        world.approve(undo)
        world.run(undo)
        assert len(world.store.links.of("partner-sync")) == len(world.store.bases.of("partner-sync")) == 0


def test_an_edit_after_the_run_is_left_alone_by_an_undo_and_listed(linked):
    linked.left.edit("partner", "1", {"name": "Acme North", "phone": "555-0199"})
    done = linked.sync()
    linked.right.edit("partner", "A1", {"Phone": "555-0777"})
    undo = linked.undo(done.plan)
    assert [(held.code, held.field) for held in undo.held] == [("edited since", "Phone")]
    assert [line.after for line in undo.lines] == [{"Name": "Acme"}]


@pytest.mark.parametrize(
    ("edited", "stays"), [({"Name": "Acme by hand"}, "Acme by hand"), ({"Note": "called them"}, "Acme North")]
)
def test_an_undo_leaves_a_record_alone_of_which_anything_changed_since_it_was_planned(linked, edited, stays):
    linked.left.edit("partner", "1", {"name": "Acme North"})
    undo = linked.undo(linked.sync().plan)
    linked.approve(undo)
    linked.right.edit("partner", "A1", edited)
    assert linked.run(undo).counts == {"stale": 1}
    assert linked.right.record("partner", "A1")["Name"] == stays


def test_a_record_is_taken_back_although_its_counterpart_is_gone(linked):
    linked.left.edit("partner", "1", {"name": "Acme North"})
    done = linked.sync().plan
    linked.left.remove("partner", "1")
    undo = linked.undo(done)
    assert [(line.after, line.agreed) for line in undo.lines] == [({"Name": "Acme"}, {})]


def test_taking_back_what_was_risky_is_as_risky(world):
    partner, contact = SYNC.pairings
    world.integration = replace(SYNC, pairings=(replace(partner, deleted={"right": {"Note": "gone"}}), contact))
    world.sync()
    world.left.remove("partner", "1")
    done = world.sync().plan
    assert {line.risk for line in world.undo(done).lines} == {line.risk for line in done.lines} == {("soft delete",)}


def test_an_undone_create_gets_the_status_of_a_deletion_and_is_not_created_again(world):
    partner, contact = SYNC.pairings
    world.integration = replace(SYNC, pairings=(replace(partner, deleted={"right": {"Note": "gone"}}), contact))
    first = world.plan()
    world.approve(first)
    world.run(first)
    undo = world.undo(first)
    world.approve(undo, overrides=emptying(undo))
    world.run(undo)
    birch = next(record for record in world.right.records("partner").values() if record["Name"] == "Birch")
    assert birch["Note"] == "gone"
    assert world.plan().lines == ()
    assert named(world, "right").count("Birch") == 1


def test_what_cannot_be_taken_back_is_named(world):
    first = world.plan()
    world.approve(first)
    world.run(first)
    codes = {held.code for held in world.undo(first).held}
    assert "irreversible" in codes


def test_a_run_is_taken_back_although_the_mapping_changed_since_and_the_next_plan_still_asks_whether_that_was_meant(
    linked,
):
    linked.left.edit("partner", "1", {"name": "Acme North", "phone": "555-0199"})
    done = linked.sync()
    partners, contacts = linked.integration.pairings
    fewer = replace(partners, mapping=partners.mapping[:1])
    linked.integration = replace(linked.integration, pairings=(fewer, contacts))
    undo = linked.undo(done.plan)
    linked.approve(undo)
    assert linked.run(undo).counts == {"verified": 1}
    assert linked.right.record("partner", "A1")["Name"] == "Acme"
    linked.left.edit("partner", "1", {"name": "Acme South"})
    assert [gate.name for gate in linked.plan().gates if not gate.holds] == ["rules changed"]


def test_what_an_integration_does_not_sync_any_more_is_named_when_its_run_is_to_be_taken_back(world):
    done = world.sync()
    world.integration = replace(world.integration, pairings=world.integration.pairings[:1])
    with pytest.raises(
        Refused, match="wrote contact in crm, contact in portal, which partner-sync does not sync any more"
    ):
        world.undo(done.plan)


def test_taking_back_again_what_was_taken_back_proposes_nothing(world):
    first = world.plan()
    world.approve(first)
    world.run(first)
    undo = world.undo(first)
    world.approve(undo, overrides=emptying(undo))
    world.run(undo)
    assert world.undo(first).lines == ()


def test_a_plan_that_wrote_nothing_cannot_be_undone(world):
    with pytest.raises(Refused, match="wrote nothing"):
        world.undo(world.plan())


def test_a_rejected_plan_is_not_proposed_again_until_a_value_changes(linked):
    linked.left.edit("partner", "1", {"name": "Acme North"})
    plan = linked.plan()
    approving.reject(plan, linked.store, linked.clock, "ann", "wrong")
    assert linked.round().waits is None
    linked.left.edit("partner", "1", {"name": "Acme South"})
    assert len(linked.round().waits.lines) == 1


def test_a_rejection_that_is_taken_back_lets_the_lines_come_again(linked):
    linked.left.edit("partner", "1", {"name": "Acme North"})
    plan = linked.plan()
    approving.reject(plan, linked.store, linked.clock, "ann", "wrong")
    assert "workbench reconsider PLAN" in linked.plan().held[0].remedy
    approving.reconsider(plan, linked.store, linked.clock, "ann", "it was right")
    assert linked.round().waits.id == plan.id
    with pytest.raises(Refused, match="is waiting"):
        approving.reconsider(plan, linked.store, linked.clock, "ann", "again")


def test_a_changed_mapping_stops_the_next_plan_until_a_person_says_that_it_is_meant(linked):
    pairing = linked.integration.pairings[0]
    by_text = tuple(replace(row, canonicaliser="text") for row in pairing.mapping)
    linked.integration = replace(
        linked.integration, pairings=(replace(pairing, mapping=by_text), linked.integration.pairings[1])
    )
    linked.left.edit("partner", "1", {"name": "Acme North"})
    plan = linked.plan()
    with pytest.raises(Refused, match="rules changed: the mapping changed since the last run"):
        linked.approve(plan)
    linked.approve(plan, overrides={"rules changed": "phones are compared as text now, CHG-7"})
    linked.run(plan)
    linked.left.edit("partner", "1", {"name": "Acme South"})
    linked.approve(linked.plan())


def test_a_part_that_somebody_made_up_is_not_covered_by_a_standing_approval(linked):
    standing(linked)
    linked.left.edit("partner", "1", {"phone": "555-0199"})
    whole = linked.plan()
    line = replace(whole.lines[0], after={"Name": "Evil"}, before={"Name": "Acme"})
    forged = replace(whole, lines=(line,), parent=whole.id)
    linked.store.plans.offer(forged, linked.clock.now())
    linked.store.plans.move(forged.id, "approved", linked.clock.now(), "", out_of=("waiting",))
    with pytest.raises(WaitingForApproval, match="nobody approved"):
        linked.run(forged)
    assert linked.right.record("partner", "A1")["Name"] == "Acme"
