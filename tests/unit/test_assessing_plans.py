"""Roadmap, indicators, costs, completeness and reconciliation with what the systems say."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest
from landscapes.healthy import into_workbook, landscape, row

from workbench.core.assessing import assess, reconcile, with_seen
from workbench.declared import read_landscape
from workbench.errors import UnknownName
from workbench.model.landscape import PeoplesDecision
from workbench.model.records import Snapshot, Snapshots, frame_of

HOME = Path(__file__).parents[2]
SAMPLE = read_landscape(HOME / "config" / "landscape.yaml")
OLD = row("OLD", states=("as-is",), mechanism="manual-rekey", manual_minutes_month=600, replaced_by=("NEW",))
NEW = row("NEW", states=("to-be",), manual_minutes_month=60, effort_days=10, sourcing="buy", depends_on=("BASE",))
BASE = row("BASE", states=("to-be",), objects="Index -> Index", mechanism="hub-read", effort_days=2)


def steps(*rows, **changes):
    return {step.row: step for step in assess(landscape(*rows, **changes)).roadmap}


def test_step_comes_in_the_wave_after_the_latest_it_waits_for():
    assert {name: step.wave for name, step in steps(OLD, NEW, BASE).items()} == {"BASE": 1, "NEW": 2, "OLD": 3}


def test_retired_row_is_checked_for_consumers_and_its_workbook_archived():
    found = steps(OLD, NEW, BASE, **into_workbook("OLD"))["OLD"]
    assert found.action == "retire"
    assert found.check.startswith("no consumer is left and nobody does it any more")
    assert found.check.endswith("archive Workbook") is False
    left = dataclasses.replace(into_workbook("OLD")["stores"][0], states=("as-is",))
    found = steps(OLD, NEW, BASE, **{**into_workbook("OLD"), "stores": (left,)})["OLD"]
    assert found.check.endswith("archive Workbook")


def test_step_says_effort_saving_and_sourcing():
    found = steps(OLD, NEW, BASE)
    assert (found["NEW"].action, found["NEW"].effort_days, found["NEW"].sourcing) == ("introduce", 10, "buy")
    assert (found["NEW"].saved_hours_year, found["OLD"].saved_hours_year) == (-12, 120)


def test_step_that_saves_most_for_its_effort_comes_first_in_its_wave():
    eased = {"to_be": {"manual_minutes_month": 0}, "effort_days": 5}
    small = row("R1", manual_minutes_month=60, **eased)
    large = row("R2", objects="Order -> Order", manual_minutes_month=900, **eased)
    assert list(steps(small, large)) == ["R2", "R1"]


def test_row_that_stays_as_it_is_has_no_step():
    assert not steps(row())


def test_circle_of_dependencies_comes_last_and_says_so():
    circle = [row(a, states=("to-be",), depends_on=(b,)) for a, b in (("R1", "R2"), ("R2", "R1"))]
    found = steps(*circle, BASE)
    assert found["R1"].wave > found["BASE"].wave
    assert "waits for" in found["R1"].note


def test_what_people_decided_leads_the_roadmap():
    people = PeoplesDecision("retire", "Dana Cole", "2026-11-02", "contract ends")
    assert steps(row(decided=people))["R1"].action == "retire"


def figures(found):
    return {item.name: item for item in found.indicators}


def test_indicators_stand_as_is_beside_to_be():
    found = figures(assess(landscape(OLD, NEW, BASE)))
    hand = found["hand work"]
    assert (hand.as_is, hand.to_be, hand.improves) == (120, 12, True)
    assert (found["interfaces"].as_is, found["interfaces"].to_be, found["interfaces"].improves) == (1, 2, False)
    assert (found["duplicate entry"].as_is, found["duplicate entry"].to_be) == (1, 0)


def test_hub_takes_point_to_point_links_away():
    direct = [row(f"R{n}", source=(a,), target=(b,), states=("as-is",)) for n, (a, b) in enumerate(("AB", "BC", "CA"))]
    hub = row("H", source=("A", "B", "C"), target=("HUB",), states=("to-be",), mechanism="hub-read")
    batch = row("W", source=("A",), target=("B",), states=("to-be",), mechanism="hub-batch")
    links = figures(assess(landscape(*direct, hub, batch)))["point-to-point links"]
    assert (links.as_is, links.to_be) == (3, 0)


def test_each_quality_that_the_charter_asks_for_has_an_indicator_that_improves():
    marked = {item.quality: item for item in assess(SAMPLE).indicators if item.quality}
    assert set(marked) == {"streamlined", "efficient", "scalable"}
    assert all(item.improves for item in marked.values())


def test_measure_replaces_an_assumption_and_shows_it():
    assumed = figures(assess(landscape(row(basis="assumption", manual_minutes_month=600))))["hand work"]
    measured = figures(
        assess(landscape(row(basis="assumption", manual_minutes_month=600)), {"R1": {"manual_minutes_month": 60}})
    )["hand work"]
    assert (assumed.as_is, assumed.basis) == (120, "assumption 2")
    assert (measured.as_is, measured.basis) == (12, "measured 2")


def test_what_only_runs_can_tell_stays_empty_until_it_is_measured():
    before, after = figures(assess(landscape())), figures(assess(landscape(), {"match rate": 93}))
    assert (before["match rate"].as_is, before["match rate"].basis) == (
        None,
        "not measured yet: needs a run that links records",
    )
    assert (after["match rate"].as_is, after["match rate"].basis) == (93, "measured")


@pytest.mark.parametrize("measures", [{"match rat": 93}, {"R1": {"error_rat": "1 %"}}])
def test_unknown_measure_is_refused_with_the_nearest_name(measures):
    with pytest.raises(UnknownName, match="did you mean"):
        assess(landscape(), measures)


def test_costs_of_three_cases_follow_their_formula():
    cases = {case.case: case for case in assess(landscape(OLD, NEW, BASE)).costs}
    likely = cases["likely"]
    assert (likely.hours_as_is, likely.hours_to_be, likely.saving_year) == (120, 12, 108 * 40)
    assert (likely.investment, likely.payback_months) == (12 * 500, 17)
    assert likely.net_value == 4320 * 100 // 110 + 4320 * 10000 // 12100 + 4320 * 1000000 // 1331000 - 6000
    assert cases["cautious"].net_value < likely.net_value < cases["hopeful"].net_value


def test_investment_that_never_pays_back_says_so():
    costly = dataclasses.replace(NEW, cost_year=100_000)
    assert {case.payback_months for case in assess(landscape(OLD, costly, BASE)).costs} == {None}


def test_costs_need_declared_estimates():
    assert not assess(landscape(OLD, NEW, BASE, estimates={})).costs


def test_missing_fields_are_counted_and_named():
    bare = row(auth="", error_rate=None, owner_business="", basis_of={"protocol": "assumption"})
    line = assess(landscape(bare)).completeness[0]
    assert line.missing == ("owner_business", "auth", "error_rate")
    assert line.filled == 100 * 26 // 29
    assert line.assumed == 100 * 1 // 26
    fields = {item.field: item for item in assess(landscape(bare)).fields}
    assert (fields["auth"].filled, fields["protocol"].assumed, fields["name"].measured) == (0, 1, 1)


def seen(**records):
    instance, at = "org", datetime(2026, 11, 1, tzinfo=UTC)
    return Snapshots(
        "integration",
        [Snapshot(name, "integration", instance, at, "", frame_of(found)) for name, found in records.items()],
    )


CONNECTED = {"name": "Channeltivity", "type": "app", "counterpart": "app.channeltivity.example", "user": "sync"}


def statuses(found, status):
    return {item.row for item in found.where(status=status)}


def test_connection_that_a_system_names_is_declared_and_seen():
    found = reconcile(SAMPLE, seen(salesforce={"1": CONNECTED}))
    assert statuses(found, "declared and seen") == {"INT-001", "INT-002", "INT-004", "INT-005", "INT-007", "INT-008"}
    assert found.where(row="INT-001")[0].user == "sync"


def test_row_that_nobody_sees_says_why():
    found = reconcile(SAMPLE, seen(salesforce={"1": CONNECTED}))
    assert "people" in found.where(row="INT-013")[0].note
    assert "was asked" in found.where(row="INT-009")[0].note
    assert "switched off" in found.where(row="INT-012")[0].note


def test_connection_that_no_row_declares_is_a_shadow_integration_and_a_grave_finding():
    loader = {"name": "Old loader", "type": "connected app", "counterpart": "etl.example", "user": "jane"}
    known = with_seen(SAMPLE, seen(salesforce={"1": CONNECTED, "2": loader}))
    (shadow,) = (item for item in known.reconciled if item.status == "seen, not declared")
    assert (shadow.system, shadow.seen, shadow.user) == ("salesforce", "Old loader", "jane")
    (finding,) = assess(known).where(rule="shadow-integration")
    assert finding.severity == "high"
    assert "Old loader" in finding.message


def test_alias_makes_a_connection_known():
    loader = {"name": "Old loader", "type": "connected app", "counterpart": "etl.example"}
    named = dataclasses.replace(SAMPLE.integration("INT-012"), aliases=("Old loader",))
    rows = tuple(named if item.id == named.id else item for item in SAMPLE.integrations)
    found = reconcile(dataclasses.replace(SAMPLE, integrations=rows), seen(salesforce={"2": loader}))
    assert statuses(found, "declared and seen") == {"INT-012"}


def test_hostile_names_are_escaped_where_they_are_shown():
    shown = assess(landscape(row(name="<script>alert(1)</script>"), title="<b>x</b>"))._repr_html_()
    assert "<script>" not in shown
    assert "<b>x</b>" not in shown


def test_rows_over_one_connection_say_that_they_share_it():
    line = reconcile(SAMPLE, seen(salesforce={"1": CONNECTED})).where(row="INT-001")[0]
    assert "shared with INT-002" in line.note


def test_settings_and_last_writers_are_no_shadow_integrations():
    kinds = ("synchronisation setting", "last writer", "integration log")
    traces = {str(n): {"name": "accountFlag", "type": kind} for n, kind in enumerate(kinds)}
    assert not reconcile(SAMPLE, seen(channeltivity=traces)).where(status="seen, not declared")


def test_question_that_a_system_refused_is_no_absence():
    refused = {"1": {"name": "Connected applications", "type": "not permitted"}}
    found = reconcile(SAMPLE, seen(salesforce=refused))
    assert "did not permit" in found.where(row="INT-012")[0].note
    assert not found.where(status="seen, not declared")


def test_question_that_a_system_could_not_answer_is_no_absence_either():
    silent = {"1": {"name": "Connected applications", "type": "not answered"}}
    found = reconcile(SAMPLE, seen(salesforce=silent))
    assert "did not answer every question: ask again" in found.where(row="INT-012")[0].note
    assert not found.where(status="seen, not declared")


def test_own_connection_confirms_the_rows_of_the_workbench():
    own = {"1": {"name": "Partner Workbench", "type": "connected app", "user": "workbench"}}
    found = reconcile(SAMPLE, seen(salesforce=own))
    assert statuses(found, "declared and seen") == {"INT-101", "INT-102", "INT-103", "INT-104"}
    assert found.where(row="INT-101")[0].note.startswith("declared for TO-BE and seen already")


def test_many_traces_of_one_connection_are_one_shadow_integration():
    loader = {str(n): {"name": "Old loader", "type": kind} for n, kind in enumerate(("connected app", "OAuth grant"))}
    (shadow,) = reconcile(SAMPLE, seen(salesforce=loader)).where(status="seen, not declared")
    assert "connected app, OAuth grant" in shadow.note


def test_decision_for_the_landscape_is_shown_as_a_statement_with_benefits_and_findings():
    verdict = assess(landscape(row(latency_actual_minutes=999))).landscape
    assert verdict.statement in repr(verdict)
    cited = '<a href="#late/high">Data arrives more than four times later than needed</a>: Customers to B</li>'
    assert all(text in verdict._repr_html_() for text in ("manual intervention", cited, verdict.scope))


def test_grounds_count_every_value_by_where_it_comes_from():
    grounds = assess(landscape(row(basis="assumption", basis_of={"volume_month": "measured"}))).grounds
    counted = {item.basis: item.values for item in grounds}
    fields = assess(landscape(row(basis="assumption", basis_of={"volume_month": "measured"}))).fields
    assert counted["measured"] == 1
    assert counted["assumption"] == sum(item.assumed for item in fields)
    assert sum(counted.values()) == len(fields)
    assert [item.basis for item in grounds][0] == "measured"
