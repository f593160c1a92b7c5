"""What runs measure: figures with known answers, from the store alone, shown as measured beside what is assumed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from crash.world import KINDS, LEFT, PARTNERS, RIGHT, SYNC, a_world, mixed

from workbench.core.assessing import assess
from workbench.core.assessing.indicators import MEASURES
from workbench.core.assessing.measuring import Paired, Travelled, minutes_to_propagate, readiness
from workbench.model.journals import JournalEntry
from workbench.model.landscape import InventoryRow, Landscape, Participant
from workbench.model.lines import Held, Line
from workbench.model.plans import Plan
from workbench.model.records import Ref, Snapshot, Snapshots, Where, frame_of
from workbench.steps import reporting

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def world():
    with a_world() as made:
        yield mixed(made)


def measured(world, **integrations):
    return reporting.measures(integrations or {"partner-sync": world.integration}, KINDS, world.store)


def test_nothing_read_nothing_measured(world):
    assert measured(world) == {}


def test_match_rate_counts_records_in_scope_on_both_sides(world):
    world.read()
    assert "match rate" not in measured(world)  # before the first run nothing could be linked: no 0 that misleads
    world.sync()
    world.left.create("partner", {"name": "Dune", "status": "Active"}, "9")
    world.left.create("partner", {"name": "Elm", "status": "Inactive"}, "10")
    world.read()
    assert measured(world)["match rate"] == 100 * 6 // 7  # three pairs, Dune alone; Elm is out of scope
    world.left.edit("partner", "1", {"status": "Inactive"})
    world.read()
    assert measured(world)["match rate"] == 100 * 5 // 6  # a linked record that left the scope counts no more


def test_completeness_counts_filled_mapped_fields_of_linked_pairs_only(world):
    world.sync()
    world.left.create("partner", {"name": "Dune", "status": "Active"}, "9")
    world.read()
    assert measured(world)["completeness"] == 100
    world.left.edit("partner", "1", {"phone": None})
    world.read()
    assert measured(world)["completeness"] == 100 * 11 // 12


def test_a_pair_that_differs_in_two_fields_is_one_conflict(world):
    world.sync()
    world.read()
    assert measured(world)["conflicts"] == 0
    world.left.edit("partner", "1", {"name": "Acme North", "phone": "555-0177"})
    world.read()
    assert measured(world)["conflicts"] == 1


def test_a_pair_that_says_the_same_in_other_words_is_no_conflict(world):
    world.sync()
    world.left.edit("partner", "1", {"phone": "(555) 0100"})
    world.read()
    assert measured(world)["conflicts"] == 0


def test_coverage_is_the_share_of_the_suggested_that_are_admitted(world):
    partner, contact = SYNC.pairings
    flagged = {"right": Where.of({"Sync": [True]})}
    several = replace(partner, suggest={"right": Where.of({"Note": ["reseller"]})}, admit=flagged)
    world.integration = replace(SYNC, pairings=(several, contact))
    for number, flag in enumerate((True, False, False)):
        world.right.create("partner", {"Name": f"R{number}", "Sync": flag, "Note": "reseller"}, f"R{number}")
    world.read(full=True)
    assert measured(world)["coverage"] == 33
    assert "coverage" not in measured(world, **{"partner-sync": replace(SYNC, pairings=(PARTNERS, contact))})


def test_duplicates_are_counted_within_each_system_and_by_record():
    same = {"name": "Initech Systems Inc", "phone": "512 555 0100", "street": "1 Main Street", "city": "Austin"}
    other = {"name": "Globex", "phone": "775 555 0199", "street": "9 Lake Road", "city": "Reno"}
    words = ("name", "phone", "street", "city")
    place = replace(KINDS["partner"].systems[LEFT], evidence=dict(zip(words, words, strict=True)))
    kinds = {"partner": replace(KINDS["partner"], systems={LEFT: place, RIGHT: place})}
    with a_world() as world:
        keep(world, LEFT, {"1": same, "2": same, "3": other})
        keep(world, RIGHT, {"A": same, "B": other})
        assert reporting.measures({}, kinds, world.store) == {"duplicates": 2}


def keep(world, system, records, kind="partner"):
    snapshot = Snapshot(system, kind, system, NOON, "", frame_of(records))
    world.store.snapshots.keep(snapshot, NOON)


def test_flagged_records_that_the_plan_holds_are_not_ready():
    deals = Snapshots(
        "partner", [Snapshot(s, "partner", s, NOON, "", frame_of({"1": {}, "2": {}, "3": {}})) for s in (LEFT, RIGHT)]
    )
    held = [Held(Ref(LEFT, "partner", "2"), code, "", "") for code in ("no owner", "no contact")]
    held.append(Held(Ref(RIGHT, "partner", "3"), "gone", "", ""))
    pairing = replace(PARTNERS, admit={})
    assert readiness([Paired(pairing, {"left": LEFT, "right": RIGHT}, deals, (), held)]) == 66
    assert readiness([]) is None


def test_minutes_are_the_median_of_what_travelled():
    taken = [Travelled(NOON, NOON + timedelta(minutes=minutes)) for minutes in (4, 90, 6)]
    assert minutes_to_propagate(taken) == 6
    assert minutes_to_propagate([]) is None


@pytest.mark.parametrize(
    ("changed", "planned", "expected"),
    [(30, 40, 20), (-30, 40, None), (45, 40, None)],
    ids=["after the link and before the plan", "before the link", "the run's own writing"],
)
def test_a_change_counts_when_it_came_after_the_link_and_before_the_plan(world, changed, planned, expected):
    world.sync()
    (link,) = [link for link in world.store.links.of("partner-sync", "partner") if link.left.id == "1"]
    start = link.at
    keep(
        world,
        LEFT,
        {"1": {"name": "Acme", "status": "Active", "@modified": (start + timedelta(minutes=changed)).isoformat()}},
    )
    ran(world, link, made_at=start + timedelta(minutes=planned), verified_at=start + timedelta(minutes=50))
    assert measured(world).get("time to propagate") == expected


def ran(world, link, made_at, verified_at):
    line = Line("l" * 12, "update", link.right, link.left, "Acme", after={"Name": "Acme"})
    plan = Plan("partner-sync", "sync", (line,), made_at=made_at)
    world.store.plans.offer(plan, made_at)
    world.store.plans.move(plan.id, "done", verified_at, "", out_of=("waiting",))
    world.store.journal.add([JournalEntry(plan.id, line.id, "verified", verified_at)])


def test_every_measure_has_its_indicator_and_replaces_not_measured_yet(world):
    world.sync()
    world.read()
    found = measured(world)
    assert set(found) <= set(MEASURES) and "calls" not in found
    shown = {item.name: item for item in assess(a_landscape(), found).indicators}
    assert (shown["match rate"].as_is, shown["match rate"].basis) == (100, "measured")
    assert (shown["calls"].as_is, shown["calls"].basis) == (None, "not measured yet: a day's calls are not recorded")


def a_landscape():
    rows = (InventoryRow("INT-1", "Typing", ("crm",), ("crm",), manual_minutes_month=600),)
    return Landscape("Ours", "2026-01-05", (Participant("crm", "CRM"),), (), (), (), (), rows)
