"""What a plan proposes, holds back and never does."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import CONTACTS, INTEGRATION, PARTNERS, World, account, partner, ref

from workbench.core import planning
from workbench.core.planning import as_csv, as_text
from workbench.core.planning.telling import formula_safe
from workbench.errors import Refused, UnknownName, UsageError
from workbench.model.integrations import Limits
from workbench.model.lines import Agreed, Promise
from workbench.model.mappings import FieldMapping
from workbench.model.ports import Description, Field
from workbench.model.records import DELETED, MODIFIED

WITH_CONTACTS = replace(INTEGRATION, pairings=(PARTNERS, CONTACTS))


@pytest.fixture
def world():
    made = World()
    made.put("partner", "portal", "1", partner("Acme", phone="(555) 010-2030", city="Boston"))
    made.put("partner", "crm", "A", account("Acme", Phone="555-010-2030", BillingCity="Boston"))
    return made


@pytest.fixture
def linked(world):
    world.link("1", "A")
    return world


def lines(plan):
    return [(line.action, str(line.target), dict(line.after)) for line in plan.lines]


def codes(plan):
    return sorted(held.code for held in plan.held)


def test_linked_pair_in_step_needs_nothing_however_it_is_written(linked):
    plan = linked.plan()
    assert (plan.lines, plan.held, plan.settled) == ((), (), ())


def test_change_travels_with_before_after_and_the_stamp_it_rests_on(linked):
    linked.put("partner", "portal", "1", {"name": "Acme Ltd"})
    (line,) = linked.plan().lines
    assert (line.action, line.target, line.counterpart) == ("update", ref("crm", "A"), ref("portal", "1"))
    assert (line.before, line.after) == ({"Name": "Acme"}, {"Name": "Acme Ltd"})
    assert line.precondition == {MODIFIED: linked.record("crm", "A")[MODIFIED]}
    assert line.agreed == {"name=Name": Agreed("Acme Ltd", "Acme Ltd")}
    assert line.reason == "changed in portal: name"


def test_changes_on_both_sides_to_different_fields_both_travel(linked):
    linked.put("partner", "portal", "1", {"name": "Acme Ltd"})
    linked.put("partner", "crm", "A", {"BillingCity": "Salem"})
    assert lines(linked.plan()) == [
        ("update", "crm:partner:A", {"Name": "Acme Ltd"}),
        ("update", "portal:partner:1", {"city": "Salem"}),
    ]


def test_conflict_holds_its_field_and_nothing_else(linked):
    linked.put("partner", "portal", "1", {"name": "Acme Ltd", "city": "Salem"})
    linked.put("partner", "crm", "A", {"Name": "Acme Inc"})
    plan = linked.plan()
    assert lines(plan) == [("update", "crm:partner:A", {"BillingCity": "Salem"})]
    (held,) = plan.held
    assert (held.code, held.field, held.left, held.right) == ("conflict", "name=Name", "Acme Ltd", "Acme Inc")
    assert held.remedy


def test_link_line_stamps_refers_and_merges_in_one_change(world):
    world.put("partner", "crm", "A", {"Sync": False, "Type": "Customer", "Status": None, "Phone": None})
    world.rule(ref("portal", "1"), "link", ref("crm", "A"))
    link, answer = world.plan().lines
    assert link.action == "link"
    assert link.after == {"Sync": True, "Type": "Reseller", "Status": "Active Partner", "PortalId": "1",
                          "Phone": "(555) 010-2030"}  # fmt: skip
    assert set(link.agreed) == {mapping.key for mapping in PARTNERS.mapping}
    assert (answer.action, answer.after, answer.depends_on) == ("update", {"crmId": "A"}, (link.id,))


def test_rulings_master_decides_the_first_merge(world):
    world.put("partner", "crm", "A", {"Name": "Acme Inc"})
    world.rule(ref("portal", "1"), "link", ref("crm", "A"), master="right")
    assert world.plan().lines[1].after == {"crmId": "A", "name": "Acme Inc"}


def test_record_that_names_another_counterpart_is_not_linked_over(world):
    world.put("partner", "crm", "A", {"PortalId": "77"})
    world.rule(ref("portal", "1"), "link", ref("crm", "A"))
    plan = world.plan()
    assert (plan.lines, codes(plan)) == ((), ["contradicted"])


def test_created_record_answers_with_its_promised_id(world):
    world.put("partner", "portal", "2", partner("Beta"))
    world.rule(ref("portal", "2"), "create")
    create, answer = world.plan().lines
    assert (create.action, create.target, create.counterpart) == ("create", ref("crm", ""), ref("portal", "2"))
    assert create.after["PortalId"] == "2"
    assert create.after["Sync"] is True
    assert (answer.after, answer.depends_on) == ({"crmId": Promise(create.id)}, (create.id,))
    assert len(create.marker) == 32
    assert int(create.marker, 16)


def test_marker_is_the_same_in_every_plan_and_another_for_another_record(world):
    world.put("partner", "portal", "2", partner("Beta"))
    world.put("partner", "portal", "3", partner("Gamma"))
    world.rule(ref("portal", "2"), "create")
    world.rule(ref("portal", "3"), "create")
    first = [line.marker for line in world.plan().lines if line.action == "create"]
    world.put("partner", "portal", "2", {"city": "Salem"})
    assert [line.marker for line in world.plan().lines if line.action == "create"] == first
    assert len(set(first)) == 2


def test_nothing_is_created_twice_when_a_record_there_names_it_already(world):
    world.put("partner", "crm", "A", {"PortalId": "1", "Sync": False})
    world.rule(ref("portal", "1"), "create")
    plan = world.plan()
    assert (plan.lines, codes(plan)) == ((), ["there already"])
    world.put("partner", "crm", "A", {DELETED: True})
    assert actions(world.plan()) == ["create", "update"]


def test_nothing_is_created_twice_when_a_record_there_bears_its_marker(world):
    here = replace(world.kinds["partner"].systems["crm"], marker="Key")
    systems = {**world.kinds["partner"].systems, "crm": here}
    world.kinds = {"partner": replace(world.kinds["partner"], systems=systems)}
    world.rule(ref("portal", "1"), "create")
    made = world.plan().lines[0].marker
    world.put("partner", "crm", "B", account("Acme", Sync=False, Key=made))
    assert "there already" in codes(world.plan())


def test_ruled_master_holds_until_every_field_has_a_base(world):
    world.put("partner", "crm", "A", {"Name": "Acme Inc"})
    world.rule(ref("portal", "1"), "link", ref("crm", "A"), master="right")
    world.link("1", "A", agreed=False)
    assert world.plan().lines[0].after == {"name": "Acme Inc"}


def test_contact_of_a_created_partner_waits_for_the_promise():
    world = World(WITH_CONTACTS)
    world.put("partner", "portal", "1", partner("Acme"))
    world.records["partner", "crm"], world.records["contact", "crm"] = {}, {}
    world.put("contact", "portal", "p", {"name": "Lee", "email": "lee@acme.com", "organizationId": "1"})
    world.rule(ref("portal", "1"), "create")
    plan = world.plan()
    parent = next(line for line in plan.lines if line.target.kind == "partner" and line.action == "create")
    child = next(line for line in plan.lines if line.target.kind == "contact" and line.action == "create")
    assert child.after["AccountId"] == Promise(parent.id)
    assert child.depends_on == (parent.id,)
    assert plan.lines.index(parent) < plan.lines.index(child)


def test_contact_without_email_is_listed_only_under_a_partner_that_syncs():
    world = World(WITH_CONTACTS)
    world.put("partner", "portal", "1", partner("Acme"))
    world.records["partner", "crm"], world.records["contact", "crm"] = {}, {}
    world.put("contact", "portal", "p", {"name": "Lee", "email": "", "organizationId": "1"})
    assert codes(world.plan()) == ["no ruling"]
    world.rule(ref("portal", "1"), "create")
    assert codes(world.plan()) == ["no e-mail"]


def test_cleared_flag_stops_the_record_keeps_the_link_and_is_listed(linked):
    linked.put("partner", "portal", "1", {"name": "Acme Ltd"})
    linked.put("partner", "crm", "A", {"Sync": False})
    plan = linked.plan()
    assert plan.lines == ()
    (held,) = plan.held
    assert (held.code, held.subject, held.reason) == ("left scope", ref("crm", "A"), "Sync is false, not true")


def test_record_that_is_not_in_the_snapshot_any_more_is_no_deletion(linked):
    del linked.records["partner", "portal"]["1"]
    plan = linked.plan()
    assert (plan.lines, codes(plan)) == ((), ["left scope"])


def test_deletion_becomes_a_status_once(linked):
    linked.put("partner", "portal", "1", {DELETED: True})
    plan = linked.plan()
    assert lines(plan) == [("update", "crm:partner:A", {"Record": "Active Partner (Deleted)"})]
    assert plan.lines[0].risk == ("soft delete",)
    linked.run(plan)
    again = linked.plan()
    assert (again.lines, again.held) == ((), ())


def test_deletion_on_a_side_without_a_literal_waits_for_a_person(linked):
    linked.put("partner", "crm", "A", {DELETED: True})
    plan = linked.plan()
    assert (plan.lines, codes(plan)) == ((), ["deleted"])


def test_deletion_against_an_edit_always_goes_to_a_person(linked):
    linked.put("partner", "portal", "1", {DELETED: True})
    linked.put("partner", "crm", "A", {"BillingCity": "Salem"})
    plan = linked.plan()
    assert (plan.lines, codes(plan)) == ((), ["delete versus edit"])


def test_record_that_reappears_is_a_proposal(linked):
    linked.put("partner", "crm", "A", {"Record": "Active Partner (Deleted)"})
    linked.put("partner", "portal", "1", {"name": "Acme Ltd"})
    plan = linked.plan()
    assert (plan.lines, codes(plan)) == ((), ["reappeared"])


def test_both_deleted_is_nothing_to_do(linked):
    for system, record_id in (("portal", "1"), ("crm", "A")):
        linked.put("partner", system, record_id, {DELETED: True})
    plan = linked.plan()
    assert (plan.lines, plan.held) == ((), ())


def test_records_out_of_scope_without_a_link_are_not_mentioned(world):
    world.put("partner", "portal", "2", partner("Beta", status="Prospective"))
    world.put("partner", "crm", "B", account("Gamma", Sync=False))
    assert {str(held.subject) for held in world.plan().held} == {"portal:partner:1", "crm:partner:A"}


def test_side_that_creates_nothing_lists_what_is_missing(world):
    world.integration = replace(INTEGRATION, pairings=(replace(PARTNERS, create=("left",)),))
    world.rule(ref("portal", "1"), "create")
    plan = world.plan()
    assert plan.lines == ()
    assert "not created here" in codes(plan)


def test_unmapped_status_is_held_but_the_record_is_created(world):
    mapping = replace(PARTNERS.mapping[3], values={"Inactive": "Inactive Partner"})
    world.integration = replace(INTEGRATION, pairings=(replace(PARTNERS, mapping=(*PARTNERS.mapping[:3], mapping)),))
    world.rule(ref("portal", "1"), "create")
    plan = world.plan()
    assert plan.lines[0].after["Status"] == "Active Partner"  # the stamp, because nothing is mapped
    assert "unmapped" in codes(plan)


def test_missing_admission_field_refuses_the_plan(world):
    read = world.snapshots()
    del read["partner"]["crm"].frame["Sync"]
    world.snapshots = lambda: read
    with pytest.raises(Refused, match="'Sync' decides who takes part"):
        world.plan()


def test_missing_kind_is_a_mistake_of_the_call(world):
    world.integration = WITH_CONTACTS
    partners_only = {"partner": world.snapshots()["partner"]}
    walks = world.crosswalks()
    world.snapshots, world.crosswalks = (lambda: partners_only), (lambda _: walks)
    with pytest.raises(UsageError, match="'contact'"):
        world.plan()


def test_rejected_line_stays_out_with_what_waits_for_it(world):
    world.put("partner", "portal", "2", partner("Beta"))
    world.rule(ref("portal", "2"), "create")
    create = world.plan().lines[0]
    plan = world.plan(rejected=[create.id])
    assert plan.lines == ()
    assert codes(plan).count("rejected") == 2


def test_line_keeps_its_id_when_only_values_change(linked):
    linked.put("partner", "portal", "1", {"name": "Acme Ltd"})
    first = linked.plan()
    linked.put("partner", "portal", "1", {"name": "Acme Limited"})
    second = linked.plan()
    assert first.lines[0].id == second.lines[0].id
    assert first.fingerprint != second.fingerprint


def test_oscillating_field_is_frozen_and_shown(linked):
    ran = []
    for _ in range(2):
        linked.put("partner", "portal", "1", {"city": "Salem"})
        there = linked.plan()
        linked.run(there)
        linked.put("partner", "portal", "1", {"city": "Boston"})
        back = linked.plan()
        linked.run(back)
        ran += [there, back]
    linked.put("partner", "portal", "1", {"city": "Salem", "name": "Acme Ltd"})
    plan = linked.plan(recent=ran)
    assert lines(plan) == [("update", "crm:partner:A", {"Name": "Acme Ltd"})]
    assert codes(plan) == ["oscillation"]


def test_plan_is_the_same_whatever_the_order_of_rows(linked):
    linked.put("partner", "portal", "2", partner("Beta"))
    linked.rule(ref("portal", "2"), "create")
    linked.put("partner", "portal", "1", {"name": "Acme Ltd"})
    first = linked.plan()
    for key, records in linked.records.items():
        linked.records[key] = dict(reversed(records.items()))
    assert linked.plan().fingerprint == first.fingerprint


def test_plan_is_the_same_under_every_hash_seed():
    code = (
        "from worlds import *\nw = World()\n"
        "for n in map(str, range(30)):\n"
        "    w.put('partner', 'portal', n, partner(f'P{n}'))\n"
        "    w.rule(ref('portal', n), 'create')\n"
        "w.records['partner', 'crm'] = {}\nprint(w.plan().fingerprint)"
    )
    tests = str(Path(__file__).parents[1])
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": tests},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }  # fmt: skip
    assert len(said) == 1


def test_spreadsheet_runs_nothing_of_a_plan(linked):
    linked.put("partner", "portal", "1", {"name": '=HYPERLINK("http://x")', "phone": "+1 555 010 9999"})
    rows = list(csv.DictReader(io.StringIO(as_csv(linked.plan()))))
    assert {row["after"] for row in rows} == {'\'=HYPERLINK("http://x")', "'+1 555 010 9999"}


@pytest.mark.parametrize("text", ["=1", " =1", "+1", "-1", "@x", "\t=1", "\r1", "＝1", "'=1", "\n=1"])
def test_formula_never_begins_a_cell(text):
    assert formula_safe(text) == f"'{text}"
    assert formula_safe("Acme") == "Acme"


def test_plan_as_text_names_promises_by_line(world):
    world.rule(ref("portal", "1"), "create")
    text = as_text(world.plan())
    assert "crmId: nothing -> the id that line 1 creates" in text
    assert "after line 1" in text


@pytest.fixture
def two_families(world):
    """A pair to link (line 1, 3) and a record to create (2, 4)."""
    world.put("partner", "portal", "2", partner("Beta"))
    world.put("partner", "crm", "A", {"Name": "Acme Inc"})
    world.rule(ref("portal", "1"), "link", ref("crm", "A"))
    world.rule(ref("portal", "2"), "create")
    return world.plan(author="bob")


def actions(plan):
    return [line.action for line in plan.lines]


def test_dropped_line_takes_with_it_what_waits_for_it(two_families):
    create = two_families.lines[1]
    child = planning.drop(two_families, [create.id[:8]])
    assert actions(child) == ["link", "update"]
    assert (child.parent, child.author) == (two_families.id, "bob")
    assert child.fingerprint != two_families.fingerprint


def test_split_keeps_families_together_and_loses_nothing(two_families):
    chosen, rest = planning.split(two_families, [two_families.lines[3].id])
    assert (actions(chosen), actions(rest)) == (["create", "update"], ["link", "update"])
    assert {line.id for plan in (chosen, rest) for line in plan.lines} == {line.id for line in two_families.lines}


def test_editor_becomes_the_author_and_the_field_agrees_with_no_side_yet(two_families):
    link = two_families.lines[0]
    child = planning.edit(two_families, link.id, {"Name": "ACME"}, by="ann", integration=INTEGRATION)
    edited = child.line(link.id)
    assert (edited.after["Name"], child.author, edited.risk) == ("ACME", "ann", ("edited",))
    assert "name=Name" not in edited.agreed
    assert "phone=Phone" in edited.agreed
    assert two_families.lines[0] == link


def test_edit_adds_no_field_and_names_what_it_does_not_know(two_families):
    with pytest.raises(UsageError, match="does not write Phone"):
        planning.edit(two_families, two_families.lines[0].id, {"Phone": "1"}, by="ann", integration=INTEGRATION)
    with pytest.raises(UnknownName):
        planning.drop(two_families, ["ffffffff"])


@pytest.mark.parametrize(("side", "after"), [("left", "Acme Ltd"), ("right", "Acme Inc")])
def test_person_picks_the_side_that_wins_a_conflict(linked, side, after):
    linked.put("partner", "portal", "1", {"name": "Acme Ltd"})
    linked.put("partner", "crm", "A", {"Name": "Acme Inc"})
    (held,) = linked.plan().held
    plan = linked.plan(choices={(str(held.subject), held.field): side})
    assert plan.held == ()
    assert list(plan.lines[0].after.values()) == [after]
    linked.run(plan)
    assert linked.plan().lines == ()


def test_person_lets_an_emptied_field_travel_or_fills_it_again(linked):
    linked.put("partner", "portal", "1", {"city": None})
    (held,) = linked.plan().held
    choice = (str(held.subject), held.field)
    assert linked.plan(choices={choice: "left"}).lines[0].after == {"BillingCity": None}
    assert linked.plan(choices={choice: "right"}).lines[0].after == {"city": "Boston"}


def test_what_differs_from_the_last_plan_is_shown_by_field(linked):
    linked.put("partner", "portal", "1", {"name": "Acme Ltd", "city": "Salem"})
    last = linked.plan()
    assert len(planning.differences(last, last)) == 0
    linked.put("partner", "portal", "1", {"name": "Acme Limited", "city": "Boston", "phone": "5"})
    found = planning.differences(linked.plan(), last)
    assert [(row.what, row.field, row.was, row.now) for row in found] == [
        ("gone", "BillingCity", "Salem", ""),
        ("other value", "Name", "Acme Ltd", "Acme Limited"),
        ("new", "Phone", "", "5"),
    ]


def test_a_line_that_is_new_or_gone_is_told_once_with_all_its_fields(linked):
    linked.put("partner", "portal", "1", {"name": "Acme Ltd", "city": "Salem"})
    plan = linked.plan()
    nothing = replace(plan, lines=())
    (new,), (gone,) = planning.differences(plan, nothing), planning.differences(nothing, plan)
    assert (new.what, new.field, new.was, new.now) == ("new", "BillingCity, Name", "", "Salem; Acme Ltd")
    assert (gone.what, gone.field, gone.was, gone.now) == ("gone", "BillingCity, Name", "Salem; Acme Ltd", "")


def test_unlink_ends_the_link_and_touches_only_the_fields_that_hold_the_others_id(linked):
    plan = planning.unlink(linked.integration, linked.snapshots(), linked.links, reason="two companies", author="ann")
    assert lines(plan) == [
        ("unlink", "crm:partner:A", {"PortalId": None}),
        ("update", "portal:partner:1", {"crmId": None}),
    ]
    assert plan.lines[1].depends_on == (plan.lines[0].id,)
    assert plan.purpose == "correction"
    with pytest.raises(UsageError, match="needs a reason"):
        planning.unlink(linked.integration, linked.snapshots(), linked.links, reason=" ")
    ended = [replace(linked.links[0], active=False)]
    with pytest.raises(UsageError, match="not linked any more"):
        planning.unlink(linked.integration, linked.snapshots(), ended, reason="x")


def test_plan_in_a_notebook_is_text_whatever_the_records_are_called(linked):
    linked.put("partner", "portal", "1", {"name": "<script>alert(1)</script>", "city": None})
    html = linked.plan()._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "held, blanking: 1 (" in html


def test_plan_in_a_notebook_tells_each_reason_once_and_folds_what_is_long(linked):
    linked.put("partner", "portal", "1", {"name": "Acme Ltd", "phone": "555-0101", "city": "Salem"})
    plan = linked.plan()
    html = plan._repr_html_()
    assert len(plan.changes()) == 3 and html.count(plan.lines[0].reason) == 1
    assert "<summary>update partner in crm: 1</summary>" in html and " open data-open" in html
    assert f"line {plan.lines[0].id[:8]}" in html and "gates: " in html and 'type="search"' not in html
    for number in range(20):
        linked.put("partner", "portal", f"n{number}", partner(f"New {number}"))
        linked.rule(ref("portal", f"n{number}"), "create")
    long = linked.plan()._repr_html_()
    assert "<summary>create partner in crm: 20</summary>" in long and "<details open" not in long
    assert long.count('type="search"') == 1 and "oninput=" in long


def test_plan_in_a_notebook_leads_with_its_gates_which_stay_folded_while_they_hold(linked):
    linked.put("partner", "portal", "1", {"name": "Acme Ltd", "phone": "555-0101", "city": None})
    html = linked.plan()._repr_html_()
    assert html.index("gates: ") < html.index("held, blanking: 1") < html.index("update partner in crm: 1")
    assert (
        "<details><summary>gates: " in html
        and '<details open data-open class="records changes"><summary>update' in html
    )


def described(side, **types):
    return {(side, "partner"): Description(side, "partner", "o", tuple(Field(n, n, t) for n, t in types.items()))}


@pytest.mark.parametrize(
    "types, before, after",
    [
        ({"Phone": "phone"}, "(555) 010-2030", "555.010.2030"),
        ({"Phone": "url"}, "https://acme.example/", "acme.example"),
        ({"Phone": "decimal"}, "1,200.50", "1200.5"),
        ({"Phone": "email"}, "Lee@acme.example", "lee@ACME.example"),
        ({"Phone": "date"}, "2026-11-22T00:00:00Z", "2026-11-22"),
        ({"Phone": "multipicklist"}, "B; A", "a;b"),
    ],
)
def test_a_field_is_compared_as_the_systems_describe_it_unless_the_configuration_says_how(types, before, after):
    by_type = replace(PARTNERS, mapping=(FieldMapping("phone", "Phone", canonicaliser="by type"),))
    world = World(replace(INTEGRATION, pairings=(by_type,)))
    world.put("partner", "portal", "1", partner("Acme", phone=before))
    world.put("partner", "crm", "A", account("Acme", Phone=after))
    world.link("1", "A", agreed=False)
    assert world.plan(descriptions=described("crm", **types)).lines == ()
    assert len(world.plan().lines) == 1, "without a description both are text"
    differing = {**described("crm", Phone="phone"), **described("portal", phone="email")}
    assert len(world.plan(descriptions=differing).lines) == 1


def test_what_a_plan_takes_names_its_share_of_the_calls_that_a_day_allows(linked):
    linked.put("partner", "portal", "1", {"name": "Acme Ltd"})
    said = {key: replace(one, calls_a_day=40) for key, one in described("crm", Name="text").items()}
    assert linked.plan(descriptions=said).cost.quota_per_cent == 8  # read, written, read back: 3 of 40
    assert "8 % of the calls that a day allows" in linked.plan(descriptions=said)._repr_html_()
    assert linked.plan().cost.quota_per_cent == 0


def test_echo_of_a_vendors_connector_is_told_beforehand(linked):
    connector = replace(INTEGRATION, name="connector", right="hub", run_by="vendor")
    links = [replace(linked.links[0], integration="connector", right=ref("hub", "H"))]
    linked.put("partner", "crm", "A", {"Name": "Acme Inc", "Status": "Prospective Partner"})
    plan = linked.plan()
    found = planning.echoes(plan, [INTEGRATION, connector], [*linked.links, *links])
    assert {(str(echo.record), echo.field, echo.value) for echo in found} == {
        ("hub:partner:H", "Name", "Acme Inc"),
        ("hub:partner:H", "Status", "Prospective Partner"),
    }
    assert len(planning.echoes(plan, [replace(connector, run_by="workbench")], links)) == 0
    assert len(planning.echoes(plan, [connector], [replace(links[0], active=False)])) == 0


FIELDS = {"portal": ["name", "phone", "city"], "crm": ["Name", "Phone", "BillingCity"]}
VALUES = st.sampled_from(["", None, "Acme", "acme ", "555-010-2030", "(555) 010-2030", "Boston"])
EDITS = st.lists(
    st.tuples(st.sampled_from(["portal", "crm"]), st.integers(0, 2), st.integers(0, 3), VALUES), max_size=8
)


@settings(max_examples=50, derandomize=True)
@given(EDITS, EDITS, st.lists(st.sampled_from(["link", "create", "later", "exclude"]), min_size=4, max_size=4))
def test_second_plan_is_empty(before, after, words):
    world = World()
    world.integration = replace(INTEGRATION, limits=Limits())
    for number in range(4):
        world.put("partner", "portal", str(number), partner(f"P{number}"))
        world.put("partner", "crm", f"A{number}", account(f"A{number}", PortalId=None))
    _edit(world, before)
    for number, word in enumerate(words):
        target = ref("crm", f"A{number}") if word == "link" else None
        world.rule(ref("portal", str(number)), word, target)
    world.run(world.plan())
    assert world.plan().lines == ()
    _edit(world, after)
    world.run(world.plan())
    again = world.plan()
    assert (again.lines, again.settled) == ((), ())


def _edit(world, edits):
    for system, column, row, value in edits:
        record_id = str(row) if system == "portal" else f"A{row}"
        world.put("partner", system, record_id, {FIELDS[system][column]: value})
