"""Reading whole and by changes, ruling by verdict, and what is said afterwards."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from crash.world import KINDS, LEFT, RIGHT, SYNC, a_world, mixed

from workbench.errors import Unavailable, UnknownName, UsageError
from workbench.model.kinds import KindInSystem
from workbench.model.landscape import InventoryRow, Landscape, Participant
from workbench.model.links import Candidates
from workbench.model.records import Ref, Where
from workbench.model.rows import Rows
from workbench.steps import reporting, ruling
from workbench.store.connections import Tried
from workbench.systems.memory import MemorySystem


@pytest.fixture
def world():
    with a_world() as made:
        yield mixed(made)


def reads(system):
    return [call for call in system.calls if call.verb == "read"]


def test_a_second_reading_takes_only_what_changed_and_is_whole_all_the_same(world):
    first = world.read()
    world.left.edit("partner", "1", {"name": "Acme North"})
    second = world.read()
    assert len(second[LEFT]) == len(first[LEFT]) == 2
    assert second[LEFT].record("1")["name"] == "Acme North"
    whole = world.read(full=True)
    assert whole[LEFT].fingerprint == second[LEFT].fingerprint


def test_a_flag_that_is_cleared_between_two_readings_is_seen(world):
    world.sync()
    world.read()
    world.left.edit("partner", "1", {"status": "Inactive"})
    assert world.read()[LEFT].record("1")["status"] == "Inactive"
    plan = world.plan()
    assert plan.lines == ()
    assert [(held.code, held.subject.id) for held in plan.held] == [("left scope", "1")]


def test_a_deletion_between_two_readings_is_seen(world):
    world.sync()
    world.read()
    world.left.remove("partner", "1")
    assert world.read()[LEFT].record("1")["@deleted"] is True
    assert "deleted" in {held.code for held in world.plan().held}


def test_a_linked_record_outside_the_filter_is_still_read_whole(world):
    partner, contact = SYNC.pairings
    filtered = replace(partner, suggest={"left": Where.of({"status": ["Active"]})})
    world.integration = replace(SYNC, pairings=(filtered, contact))
    world.sync()
    world.left.edit("partner", "1", {"status": "Inactive"})
    world.left.create("partner", {"name": "Unasked", "status": "Inactive"}, "9")
    taken = world.read(full=True)[LEFT]
    assert "1" in taken and "9" not in taken


def test_another_instance_is_read_whole_again(world):
    world.read()
    records = {"partner": {"3": {"name": "New", "status": "Active"}}}
    world.systems[LEFT] = MemorySystem(LEFT, KINDS, records, clock=world.clock, instance="portal-2")
    taken = world.read()[LEFT]
    assert taken.instance == "portal-2" and "3" in taken and "1" not in taken


def test_a_system_that_cannot_say_what_changed_is_read_whole_each_time(world):
    class Markless:
        name = LEFT

        def __getattr__(self, name):
            return getattr(world.left, name)

        def read(self, *args, **more):
            assert not more.get("since")
            return replace(world.left.read(*args, **more), watermark="")

    world.systems[LEFT] = Markless()
    world.read()
    assert len(world.read()[LEFT]) == 2


def test_a_new_field_in_the_mapping_makes_the_reading_whole(world):
    world.read()
    partner, contact = SYNC.pairings
    stamped = replace(partner, stamp={"right": {"Sync": True, "Note": "by sync"}})
    taken = world.read(integrations=[replace(SYNC, pairings=(stamped, contact))])
    assert "Note" in taken[RIGHT].frame.columns


def test_a_system_that_does_not_answer_is_named_and_the_others_are_kept(world):
    world.right.fail("unavailable", times=9)
    with pytest.raises(Unavailable, match=r"crm: .*read and kept: portal"):
        world.read()
    assert world.store.snapshots.last(LEFT, "partner") is not None


def test_a_read_that_ends_early_is_no_snapshot(world):
    world.left.fail("break off")
    with pytest.raises(Unavailable, match="broke off"):
        world.read()
    assert world.store.snapshots.last(LEFT, "partner") is None


def test_an_unknown_kind_is_named_with_the_nearest(world):
    with pytest.raises(UnknownName, match="did you mean 'partner'"):
        world.read("partners")


def some_candidates():
    rows = [
        ("1", "A1", 0.99, "link", "same name"),
        ("2", "A1", 0.2, "none", "other name"),
        ("3", "A2", 0.6, "review", "similar name"),
        (None, "A3", None, "none", ""),
    ]
    return Candidates(
        "partner", LEFT, RIGHT, pd.DataFrame(rows, columns=["left_id", "right_id", "probability", "verdict", "reason"])
    )


def test_rulings_follow_the_verdicts_and_leave_no_admitted_left_record_without_one(world):
    world.left.create("partner", {"name": "Three", "status": "Active"}, "3")
    world.left.create("partner", {"name": "Four", "status": "Active"}, "4")
    world.left.create("partner", {"name": "Out", "status": "Inactive"}, "5")
    world.store.audit.record("ann", "began", "", world.clock.now())
    known = {ref.subject.id for ref in world.store.rulings.of("partner")}
    made = ruling.rule_by_verdict(some_candidates(), world.read(), SYNC, world.store, world.clock, by="demo")
    assert known == {"1", "2", "A2"}
    assert {(item.subject.id, item.word) for item in made} == {("3", "later"), ("4", "create")}
    assert {item.by for item in made} == {"demo"}
    assert len(ruling.rule_by_verdict(some_candidates(), world.read(), SYNC, world.store, world.clock, by="demo")) == 0


def test_a_verdict_to_link_names_its_target_and_what_was_shown():
    with a_world() as world:
        world.left.create("partner", {"name": "One", "status": "Active"}, "1")
        world.right.create("partner", {"Name": "One"}, "A1")
        made = ruling.rule_by_verdict(some_candidates(), world.read(), SYNC, world.store, world.clock, by="demo")
        assert (made[0].word, made[0].target, made[0].probability) == ("link", Ref(RIGHT, "partner", "A1"), 0.99)


@pytest.mark.parametrize(
    ("word", "target", "said"),
    [
        ("link", None, "say which record"),
        ("create", Ref(RIGHT, "partner", "A1"), "did you mean 'link'"),
        ("link", Ref(LEFT, "partner", "2"), "is no partner of crm"),
    ],
)
def test_a_ruling_that_cannot_be_meant_is_refused_and_nothing_is_kept(world, word, target, said):
    before = len(world.store.rulings.of("partner"))
    with pytest.raises(UsageError, match=said):
        ruling.rule(world.store, world.clock, "ann", Ref(LEFT, "partner", "1"), RIGHT, word=word, target=target)
    assert len(world.store.rulings.of("partner")) == before


def test_a_mistyped_ruling_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'create'"):
        ruling.word("crate")


def test_a_new_record_without_a_candidate_is_created_and_one_with_a_candidate_is_held(world):
    world.sync()
    world.left.create("partner", {"name": "Zephyr Quantum", "phone": "555-0177", "status": "Active"}, "7")
    world.left.create("partner", {"name": "Cedar", "phone": "555-0102", "status": "Active"}, "8")
    plan = world.plan()
    assert [line.name for line in plan.lines if line.action == "create"] == ["Zephyr Quantum"]
    assert ("no ruling", "8") in {(held.code, held.subject.id) for held in plan.held}


def test_where_the_other_side_holds_nobody_yet_everybody_is_created():
    with a_world() as world:
        world.right.create("partner", {"Name": "Zephyr Quantum", "Phone": "555-0177"}, "A")
        plan = world.plan()
        assert [(line.action, line.target.system, line.name) for line in plan.lines if line.action == "create"] == [
            ("create", LEFT, "Zephyr Quantum")
        ]
        assert not plan.held


def test_a_first_sync_waits_for_a_ruling_on_every_left_record():
    with a_world() as world:
        world.left.create("partner", {"name": "Zephyr Quantum", "status": "Active"}, "7")
        plan = world.plan()
        assert plan.purpose == "first sync" and plan.lines == ()
        assert [held.code for held in plan.held] == ["no ruling"]
        assert [gate.name for gate in plan.gates if not gate.holds] == ["every record ruled"]


def test_a_held_record_stands_in_the_log_under_the_name_it_was_last_read_with(world):
    world.left.create("partner", {"name": "Cedar", "status": "Active"}, "9")
    world.plan()

    named = reporting.log(world.store, name_of=reporting.naming(world.store, KINDS))

    (held,) = named.where(what="held", record="portal:partner:9")
    assert held.name == "Cedar" and reporting.log(world.store).where(id=held.id)[0].name == ""


def test_an_entry_of_the_log_leads_to_its_record_where_the_connection_was_last_found(world):
    kinds = {"partner": replace(KINDS["partner"], systems={"portal": KindInSystem("p", "@modified", page="/p/{id}")})}
    for url in ("https://old.example/api", "https://portal.example/api/v1"):
        tried = Tried("portal", "read", "open", world.clock.now(), "i", "u", "", "", url)
        world.store.connections.keep(tried)
    world.store.connections.keep(Tried("portal", "read", "closed", world.clock.now(), "", "", "", "no answer"))
    world.left.create("partner", {"name": "Cedar", "status": "Active"}, "9")
    world.plan()

    (held,) = reporting.log(world.store, address_of=reporting.addressing(world.store, kinds)).where(what="held")

    assert held.link == "https://portal.example/p/9"
    assert f'<a href="{held.link}"' in Rows([held]).table(Open="link")._repr_html_()


def test_the_log_names_what_failed_until_it_is_written(world):
    world.right.fail(
        "reject", line=next(x.id for x in world.plan().lines if x.name == "Birch" and x.action == "create")
    )
    world.sync()
    entries = reporting.log(world.store)
    failed = entries.where(what="rejected")[0]
    assert (failed.name, failed.cause, failed.open) == ("Birch", "a rule of the system refuses it", True)
    assert {entry.what for entry in entries} == {"rejected", "blocked"}
    reporting.acknowledge(world.store, world.clock, "ann", failed.id, "told them")
    assert reporting.log(world.store).where(id=failed.id)[0].acknowledged == "ann"
    world.sync()
    assert [entry.open for entry in reporting.log(world.store)] == [False] * len(entries)


def test_a_run_is_told_as_two_files_that_no_spreadsheet_runs(world):
    world.left.edit("partner", "2", {"name": "=HYPERLINK(1)"})
    line = next(x for x in world.plan().lines if x.name == "=HYPERLINK(1)" and x.action == "create")
    world.right.fail("reject", line=line.id)
    success, error = reporting.as_csv(world.sync())
    assert success.count("\r\n") == 1 + 6 and error.count("\r\n") == 1 + 4
    assert "'=HYPERLINK(1)" in error and ",=HYPERLINK" not in error
    assert "a rule of the system refuses it" in error


def test_two_writers_that_undo_each_other_are_frozen_and_shown(world):
    world.sync()
    for _ in range(2):
        world.left.edit("partner", "1", {"phone": "555-0777"})
        assert len(world.sync().plan.lines) == 1
        world.later(hours=1)
        world.right.edit("partner", "A1", {"Phone": "555-0100"})
        world.sync()
    world.left.edit("partner", "1", {"phone": "555-0777"})
    assert "oscillation" in {held.code for held in world.plan().held}


def test_an_unknown_log_entry_cannot_be_acknowledged(world):
    with pytest.raises(UnknownName):
        reporting.acknowledge(world.store, world.clock, "ann", "nothing")


def explained(world, ref):
    return " | ".join(
        f"{e.topic}: {e.finding}" for e in reporting.why(Ref.parse(ref), {"partner-sync": SYNC}, KINDS, world.store)
    )


def test_why_says_what_stands_in_the_way(world):
    assert "was never read" in explained(world, "portal:partner:1")
    world.sync()
    world.left.create("partner", {"name": "Out", "status": "Inactive"}, "5")
    world.plan()
    said = explained(world, "portal:partner:1")
    assert "ann ruled" in said and "linked with crm:partner:A1" in said and "ended verified" in said
    assert "no: status is Inactive, not Active" in explained(world, "portal:partner:5")
    assert "not among the records" in explained(world, "portal:partner:77")
    world.left.edit("partner", "1", {"name": "Acme North"})
    plan = world.plan()
    assert f"waiting in plan {plan.id}" in explained(world, "portal:partner:1")


def a_landscape():
    system = Participant("crm", "CRM", basis="measured")
    rows = (
        InventoryRow("INT-1", "Typing", ("crm",), ("crm",), manual_minutes_month=600, basis="measured"),
        InventoryRow("INT-2", "Mail", ("crm",), ("crm",), manual_minutes_month=30, basis="assumption"),
    )
    return Landscape("Ours", "2026-01-05", (system,), (), (), (), (), rows)


def test_leadership_gets_five_numbers_with_basis_and_trend(world):
    world.sync()
    world.left.edit("partner", "1", {"name": "Acme North"})
    world.plan()
    first = {figure.name: figure for figure in told(world)}
    assert first["manual hours a year"].shown == "126" and first["manual hours a year"].basis == "assumed"
    assert first["records that agree in every system"].note.startswith("2 of 3")
    assert first["changes that wait for approval"].shown == "1"
    assert first["failures open for more than a day"].shown == "0"
    assert {figure.trend for figure in first.values()} == {"first report"} == {figure.trend for figure in told(world)}
    assert first["changes that wait for approval"].note == "in 1 plan"
    world.sync()
    world.read()
    second = {figure.name: figure for figure in told(world)}
    assert second["changes that wait for approval"].trend == "-1 since 2026-01-05"
    assert second["records that agree in every system"].shown == "100"
    world.later(hours=48)
    told(world)
    world.later(hours=24)
    assert {figure.trend for figure in told(world)} == {"unchanged since 2026-01-05"}


def told(world):
    return reporting.figures(a_landscape(), {"partner-sync": SYNC}, world.store, world.clock)


def test_a_failure_counts_after_a_day(world):
    world.right.fail(
        "reject", line=next(x.id for x in world.plan().lines if x.name == "Birch" and x.action == "create")
    )
    world.sync()
    world.later(hours=25)
    late = {figure.name: figure.shown for figure in told(world)}
    assert late["failures open for more than a day"] == "4"


def test_a_mistyped_system_of_a_record_is_named_with_the_nearest(world):
    with pytest.raises(UnknownName, match="no system that has partner records 'prtal'; did you mean 'portal'"):
        reporting.why(Ref.parse("prtal:partner:1"), {"partner-sync": SYNC}, KINDS, world.store)


def test_of_many_right_names_a_message_lists_twenty():
    said = str(UnknownName("plan", "zzz", (f"{number:03}" for number in range(95))))
    assert said.endswith("018, 019 and 75 more") and "020" not in said
