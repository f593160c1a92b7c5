"""What a reviewer makes of a plan: child plans that wait in its place, and say only what the reviewer meant."""

from __future__ import annotations

import csv
import dataclasses
import io

import pytest
from crash.world import KINDS, SYNC, a_world, mixed

from workbench.core.planning import as_text
from workbench.errors import Refused, UnknownName, UsageError
from workbench.model.integrations import Limits
from workbench.model.mappings import FieldMapping
from workbench.steps import approving, planning, reviewing
from workbench.steps.reviewing import Reviewing


@pytest.fixture
def world():
    with a_world() as made:
        yield mixed(made)


@pytest.fixture
def linked(world):
    world.sync()
    return world


def review(world):
    return Reviewing(world.integration, KINDS, world.systems, world.store, world.clock)


def line_of(plan, name, action=""):
    return next(line for line in plan.lines if line.name == name and line.action == (action or line.action)).id


def states(world):
    return {known.id: known.state for known in world.store.plans.known("partner-sync")}


def renamed(linked):
    linked.left.edit("partner", "1", {"name": "Acme North"})
    linked.left.edit("partner", "2", {"name": "Birch North"})
    return linked.plan()


def test_a_dropped_line_is_not_written_and_proposed_again(linked):
    plan = renamed(linked)
    child = review(linked).drop(plan, [line_of(plan, "Acme")[:8]])

    assert child.parent == plan.id and states(linked)[child.id] == "waiting" and states(linked)[plan.id] == "superseded"
    linked.approve(child)
    assert linked.run(child).counts == {"verified": 1}
    assert linked.right.record("partner", "A1")["Name"] == "Acme"
    assert [line.name for line in linked.plan().lines] == ["Acme"]


def test_dropping_is_no_editing_so_the_approver_may_take_a_part_in_a_live_profile(linked):
    plan = renamed(linked)
    child = review(linked).drop(plan, [line_of(plan, "Acme")])
    assert linked.approve(child, live=True).by == "ann"


def test_whoever_edits_never_approves_in_a_live_profile(linked):
    plan = renamed(linked)
    child = review(linked).edit(plan, line_of(plan, "Acme"), {"Name": "Acme of the North"}, by="ann")
    assert child.author == "ann"
    with pytest.raises(Refused, match="somebody else has to approve"):
        linked.approve(child, live=True)
    linked.approve(child)
    linked.run(child)
    assert linked.right.record("partner", "A1")["Name"] == "Acme of the North"


def test_a_schedule_that_proposes_the_same_again_does_not_undo_a_review(linked):
    plan = renamed(linked)
    child = review(linked).drop(plan, [line_of(plan, "Acme")])
    assert linked.round().waits == child
    assert linked.plan(over_review=True).id == plan.id and states(linked)[child.id] == "superseded"


def test_a_change_of_the_records_supersedes_a_review(linked):
    plan = renamed(linked)
    child = review(linked).drop(plan, [line_of(plan, "Acme")])
    linked.left.edit("partner", "2", {"name": "Birch South"})
    assert len(linked.round().waits.lines) == 2 and states(linked)[child.id] == "superseded"


def test_a_part_is_approved_and_the_rest_takes_its_turn(linked):
    plan = renamed(linked)
    apart, rest = review(linked).split(plan, [line_of(plan, "Acme")])
    assert states(linked)[apart.id] == "waiting" and {line.name for line in rest.lines} == {"Birch"}
    linked.approve(apart)
    linked.run(apart)
    assert linked.right.record("partner", "A1")["Name"] == "Acme North"
    assert [line.name for line in linked.plan().lines] == ["Birch"]


def test_a_part_that_was_turned_down_is_remembered_line_by_line(linked):
    plan = renamed(linked)
    apart, _ = review(linked).split(plan, [line_of(plan, "Acme")])
    approving.reject(apart, linked.store, linked.clock, "ann", "wrong name")
    again = linked.plan()
    assert [line.name for line in again.lines] == ["Birch"]
    assert [held.code for held in again.held] == ["rejected"]


def test_setting_everything_apart_or_dropping_everything_is_a_mistake_of_the_call(linked):
    plan = renamed(linked)
    everything = [line.id for line in plan.lines]
    with pytest.raises(UsageError, match="approve it as it is"):
        review(linked).split(plan, everything)
    with pytest.raises(UsageError, match="workbench reject"):
        review(linked).drop(plan, everything)
    assert states(linked)[plan.id] == "waiting"


def test_only_a_plan_that_waits_can_be_reviewed(linked):
    plan = renamed(linked)
    line = line_of(plan, "Acme")
    linked.approve(plan)
    linked.run(plan)
    for attempt in (
        lambda: review(linked).drop(plan, [line]),
        lambda: review(linked).edit(plan, line, {"Name": "x"}, by="ann"),
        lambda: review(linked).split(plan, [line]),
        lambda: review(linked).choose(plan, [], by="ann"),
    ):
        with pytest.raises(Refused, match="is done"):
            attempt()


def test_fewer_lines_pass_a_gate_that_the_whole_did_not(linked):
    linked.integration = dataclasses.replace(SYNC, limits=Limits(changed_per_cent=100, creates_per_cent=100, changed=1))
    plan = renamed(linked)
    with pytest.raises(Refused, match="2 changed"):
        linked.approve(plan)
    child = review(linked).drop(plan, [line_of(plan, "Acme")])
    assert all(gate.holds for gate in child.gates)
    linked.approve(child)
    assert linked.run(child).counts == {"verified": 1}


def test_an_edit_that_empties_a_field_meets_the_gate(linked):
    plan = renamed(linked)
    child = review(linked).edit(plan, line_of(plan, "Acme"), {"Name": None}, by="bob")
    with pytest.raises(Refused, match="would be emptied"):
        linked.approve(child)


def test_setting_lines_apart_does_not_stand_for_the_rulings_of_a_first_sync(world):
    world.left.create("partner", {"name": "Dogwood", "status": "Active"}, "9")
    plan = world.plan()
    apart, _ = review(world).split(plan, [line_of(plan, "Cedar")])
    with pytest.raises(Refused, match="have no ruling yet"):
        world.approve(apart)


def test_a_part_of_a_first_sync_needs_its_preparation_confirmed_like_the_whole(world):
    plan = world.plan(ready=planning.not_asked)
    apart, _ = review(world).split(plan, [line_of(plan, "Cedar")])
    with pytest.raises(Refused, match="the preparation is not confirmed"):
        world.approve(apart)


def at_odds(linked):
    """Nobody is master of names and phones, and both sides changed both."""
    pairing = dataclasses.replace(
        SYNC.pairings[0],
        mapping=(FieldMapping("name", "Name"), FieldMapping("phone", "Phone", canonicaliser="phone")),
    )
    linked.integration = dataclasses.replace(SYNC, master="person", pairings=(pairing, SYNC.pairings[1]))
    linked.left.edit("partner", "1", {"name": "Acme North", "phone": "555-0111"})
    linked.right.edit("partner", "A1", {"Name": "Acme South", "Phone": "555-0122"})
    return linked.plan()


def test_a_picked_side_travels_and_sides_picked_one_after_the_other_both_count(linked):
    plan = at_odds(linked)
    words = [(str(held.subject), held.field) for held in plan.held]
    assert len(words) == 2 and plan.lines == ()
    linked.left.edit("partner", "2", {"name": "Birch North"})
    plan = linked.plan()
    (subject, name), (_, phone) = sorted(words, key=lambda pair: pair[1])
    first = review(linked).choose(plan, reviewing.picked({(subject, name): "crm"}, linked.integration), by="cat")
    second = review(linked).choose(first, reviewing.picked({(subject, phone): "left"}, linked.integration), by="cat")
    assert second.held == () and second.author == "cat" and second.parent == first.id
    linked.approve(second, overrides={"rules changed": "nobody is master any more, as agreed"})
    linked.run(second)
    assert linked.left.record("partner", "1")["name"] == "Acme South"
    assert linked.right.record("partner", "A1")["Phone"] == "555-0111"
    assert linked.plan().lines == ()


def test_a_choice_for_what_is_not_held_names_what_is(linked):
    at_odds(linked)
    linked.left.edit("partner", "2", {"name": "Birch North"})
    plan = linked.plan()
    with pytest.raises(UnknownName, match="portal:partner:1 name=Name"):
        review(linked).choose(plan, reviewing.picked({("portal:partner:1", "name=Nam"): "left"}, SYNC), by="cat")
    with pytest.raises(UnknownName, match="did you mean 'portal'"):
        reviewing.picked({("portal:partner:1", "name=Name"): "portl"}, SYNC)


def test_sides_are_picked_before_lines_are_dropped(linked):
    at_odds(linked)
    linked.left.edit("partner", "2", {"name": "Birch North", "phone": "555-0133"})
    linked.left.edit("contact", "11", {"lastName": "Itoh"})
    plan = linked.plan()
    child = review(linked).drop(plan, [line_of(plan, "Birch")])
    with pytest.raises(UsageError, match=f"pick sides in {plan.id}"):
        review(linked).choose(child, [], by="cat")


def test_what_differs_from_the_last_plan_is_told_and_for_a_child_from_its_parent(linked):
    plan = renamed(linked)
    child = review(linked).drop(plan, [line_of(plan, "Acme")])
    assert [(row.what, row.now, row.was) for row in reviewing.differences(child, linked.store)] == [
        ("gone", "", "Acme North")
    ]
    linked.left.edit("partner", "2", {"name": "Birch South"})
    later = linked.plan()
    told = {(row.what, row.was, row.now) for row in reviewing.differences(later, linked.store)}
    assert told == {("other value", "Birch North", "Birch South"), ("new", "", "Acme North")}


def test_after_a_run_everything_that_is_proposed_is_new(linked):
    plan = renamed(linked)
    assert {row.what for row in reviewing.differences(plan, linked.store)} == {"new"}


def test_a_plan_leaves_as_text_or_as_a_sheet_that_runs_nothing(linked, tmp_path):
    linked.left.edit("partner", "1", {"name": "=HYPERLINK(1)"})
    plan = linked.plan()
    sheet = reviewing.export(plan, tmp_path / "plan.csv").read_bytes().decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(sheet)) for cell in row]
    assert "'=HYPERLINK(1)" in cells and "=HYPERLINK(1)" not in cells
    assert reviewing.export(plan, tmp_path / "plan.txt").read_text(encoding="utf-8") == as_text(plan)
    with pytest.raises(UsageError, match="neither .txt nor .csv"):
        reviewing.export(plan, tmp_path / "plan.doc")
    with pytest.raises(UsageError, match="does not exist"):
        reviewing.export(plan, tmp_path / "nowhere" / "plan.csv")
