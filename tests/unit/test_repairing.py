"""Records that were created twice: what is proposed, what is left alone, and when the matter is over."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests
from crash.world import KINDS, RIGHT, SYNC, a_world, mixed

import workbench as wb
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind, KindInSystem
from workbench.model.links import Ruling
from workbench.model.mappings import FieldMapping, Pairing
from workbench.model.records import Ref, Where
from workbench.steps import approving, repairing, reporting, ruling

PARTNERS, CONTACTS = SYNC.pairings
MARKED = replace(SYNC, pairings=(replace(PARTNERS, deleted={"right": {"Note": "{Name} (Deleted)"}}), CONTACTS))


@pytest.fixture
def world():
    with a_world() as made:
        made.integration = MARKED
        yield mixed(made)


def repair(world):
    return repairing.repair(world.integration, KINDS, world.systems, world.store, world.clock, author="bob")


def birch(plan):
    return next(line for line in plan.lines if line.name == "Birch" and line.action == "create")


def doubled(world, **values):
    """A run during which a second record of Birch appears; returns the first and the second record's id."""
    plan = world.plan()
    world.approve(plan)
    line, second = birch(plan), []

    def duplicating(items, *, total, label):
        for item in items:
            if item.line == line.id and not second:
                second.append(world.right.create("partner", {"Name": "Birch", "Key__c": line.marker, **values}))
            yield item

    world.run(plan, progress=duplicating)
    return world.store.journal.last(plan.id)[line.id].id, second[0]


def duplicates(world):
    return reporting.log(world.store).where(what="duplicates found")


def test_the_surplus_record_is_proposed_to_be_marked_as_deleted_and_the_linked_one_stays(world):
    first, second = doubled(world)
    plan = repair(world)
    (line,) = plan.lines
    assert (line.action, line.target, line.after) == (
        "update",
        Ref(RIGHT, "partner", second),
        {"Note": "Birch (Deleted)"},
    )
    assert plan.purpose == "repair" and first in line.reason
    assert world.store.plans.state(plan.id) == "waiting"
    world.approve(plan)
    assert world.run(plan).counts == {"verified": 1}
    assert world.right.record("partner", second)["Note"] == "Birch (Deleted)"
    assert world.right.record("partner", first).get("Note") is None


def test_it_is_proposed_once_and_over_when_it_was_done(world):
    doubled(world)
    plan = repair(world)
    assert repair(world).id == plan.id
    (entry,) = duplicates(world)
    assert entry.open and f"workbench show {plan.id}" in entry.remedy
    world.approve(plan)
    world.run(plan)
    assert repair(world) is None
    assert [entry.open for entry in duplicates(world)] == [False]
    calls = len(world.right.calls)
    assert repair(world) is None and len(world.right.calls) == calls


def test_a_round_proposes_the_repair_beside_its_plan_and_runs_it_when_approved(world):
    _, second = doubled(world)
    world.left.edit("partner", "1", {"phone": "555-0199"})
    done = world.round()
    assert done.waits.purpose == "sync" and done.repair.purpose == "repair"
    assert done.repair.id in repr(done) and done.repair.id in done._repr_html_()
    world.approve(done.repair)
    again = world.round()
    assert [journal.plan.purpose for journal in again.ran] == ["repair"] and again.repair is None
    assert world.right.record("partner", second)["Note"] == "Birch (Deleted)"
    assert world.round().ran == ()


def test_a_record_that_is_gone_or_lost_its_marker_needs_no_line(world):
    _, second = doubled(world)
    waiting = repair(world)
    world.right.edit("partner", second, {"Key__c": None})
    assert repair(world) is None
    assert world.store.plans.state(waiting.id) == "superseded"
    assert [entry.open for entry in duplicates(world)] == [False]


def test_a_record_that_somebody_deleted_needs_no_line(world):
    _, second = doubled(world)
    world.right.remove("partner", second)
    assert repair(world) is None and not duplicates(world)[0].open


def test_the_last_record_that_lives_is_never_marked_as_deleted(world):
    first, _ = doubled(world)
    world.right.remove("partner", first)
    assert repair(world) is None and not duplicates(world)[0].open


def test_a_marker_that_is_taken_away_after_the_approval_makes_the_line_stale(world):
    _, second = doubled(world)
    plan = repair(world)
    world.approve(plan)
    world.right.edit("partner", second, {"Key__c": "another"})
    (entry,) = world.run(plan).entries
    assert entry.state == "stale" and "Key__c" in entry.cause
    assert world.right.record("partner", second).get("Note") is None


def test_of_two_of_which_nobody_knows_which_one_counts_a_person_says_which_one_stays(world):
    plan = world.plan()
    world.approve(plan)
    one, other = (world.right.create("partner", {"Name": "Birch", "Key__c": birch(plan).marker}) for _ in range(2))
    world.run(plan)
    assert repair(world) is None
    (entry,) = duplicates(world)
    assert entry.open and "by a ruling which one" in entry.remedy
    world.rule("2", "lift")
    world.rule("2", "link", other)
    world.sync()
    (line,) = repair(world).lines
    assert line.target.id == one


def test_a_record_that_is_linked_by_whoever_it_was_is_never_touched(world):
    first, second = doubled(world)
    one = world.store.links.about(Ref(RIGHT, "partner", first))[0]
    world.store.links.add([replace(one, integration="another", right=Ref(RIGHT, "partner", second))])
    assert repair(world) is None


def test_what_a_person_turned_down_is_not_proposed_again_and_stays_in_the_log_until_acknowledged(world):
    doubled(world)
    plan = repair(world)
    approving.reject(plan, world.store, world.clock, "ann", "both are wanted")
    assert repair(world) is None
    (entry,) = duplicates(world)
    assert entry.open
    reporting.acknowledge(world.store, world.clock, "ann", entry.id, "both are wanted")
    assert [(entry.open, entry.acknowledged) for entry in duplicates(world)] == [(False, "ann")]


def test_a_plan_that_waits_for_another_purpose_goes_on_waiting(world):
    doubled(world)
    world.left.edit("partner", "1", {"phone": "555-0199"})
    waiting = world.plan(purpose="correction")
    made = repair(world)
    assert [world.store.plans.state(plan.id) for plan in (waiting, made)] == ["waiting", "waiting"]


def test_where_no_status_is_configured_it_is_left_to_a_person_by_hand(world):
    world.integration = SYNC
    doubled(world)
    assert repair(world) is None
    (entry,) = duplicates(world)
    assert entry.open and "merge or delete all but one by hand" in entry.remedy


def test_what_is_held_stays_in_the_log_beside_a_repair(world):
    doubled(world)
    world.plan()
    before = reporting.log(world.store).where(what="held")
    repair(world)
    assert len(before) and reporting.log(world.store).where(what="held") == before


def test_a_repair_can_be_undone_and_is_not_proposed_again(world):
    _, second = doubled(world)
    plan = repair(world)
    world.approve(plan)
    world.run(plan)
    undo = world.undo(plan)
    world.approve(undo, overrides={gate.name: "meant" for gate in undo.gates if not gate.holds})
    world.run(undo)
    assert world.right.record("partner", second)["Note"] is None
    assert repair(world) is None


PERSON = Kind(
    "contact",
    "Contact",
    {
        "salesforce": KindInSystem(
            "Contact", "SystemModstamp", "IsDeleted", evidence={"name": "LastName"}, marker="Workbench_Key__c"
        ),
        "connectwise": KindInSystem(
            "company/contacts", "_info/lastUpdated", evidence={"name": "firstName"}, marker="userDefinedField1"
        ),
    },
)
TWICE = Where.of({"LastName": ["Twice Made"]})
COPYING = Integration(
    "person-sync",
    "People",
    "salesforce",
    "connectwise",
    (
        Pairing(
            "contact",
            (FieldMapping("LastName", "firstName"), FieldMapping("Title", "title")),
            admit={"left": TWICE, "right": Where.of({"firstName": ["Twice Made"]})},
            deleted={"right": {"title": "Deleted"}},
        ),
    ),
)


@pytest.fixture
def bench(sandbox_bench):
    """The sandbox's bench with a person in Salesforce whom ConnectWise, which keeps no unique marker, is to get."""
    crm = sandbox_bench.sandbox["salesforce"]
    made = requests.post(
        f"{crm['url']}/services/data/v62.0/sobjects/Contact",
        json={"LastName": "Twice Made", "Title": "Buyer"},
        headers={"Authorization": f"Bearer {crm['access_token']}"},
        timeout=10,
    )
    subject, settings = Ref("salesforce", "contact", made.json()["id"]), sandbox_bench.settings
    kinds, integrations = {**settings.kinds, "contact": PERSON}, {COPYING.name: COPYING}
    with wb.Bench(replace(settings, kinds=kinds, integrations=integrations)) as opened:
        ruling.rule_all(opened.store, [Ruling(subject, "connectwise", "create", None, "ada", opened.clock.now())])
        yield opened


def approved_and_run(bench, plan):
    overrides = {gate.name: "a test of one record" for gate in plan.gates if not gate.holds}
    bench._approve(plan, bench._demo(), "checked", overrides)
    return bench.run(plan, progress=lambda items, **_: items)


def test_a_call_that_arrives_twice_is_repaired_by_an_approved_plan(bench, admin):
    def titles():
        where = Where.of({"firstName": ["Twice Made"]})
        return sorted(bench.systems["connectwise"].read("contact", where, ["title"]).frame["title"])

    call = {"system": "connectwise", "method": "POST", "path": "company/contacts"}
    admin.post("faults", {**call, "fault": "duplicate_delivery"})
    first = approved_and_run(bench, bench.plan(COPYING.name))
    assert first.counts == {"verified": 1} and titles() == ["Buyer", "Buyer"]
    (waiting,) = bench.plans(COPYING.name).where(state="waiting")
    assert waiting.purpose == "repair" and bench.log().where(what="duplicates found")[0].open
    repaired = approved_and_run(bench, bench.show(waiting.id))
    assert repaired.counts == {"verified": 1} and titles() == ["Buyer", "Deleted"]
    assert not bench.log().where(what="duplicates found")[0].open
    assert not bench.plans(COPYING.name).where(state="waiting")
