"""Decisions: the quadrants, what overrules them, how stable they are, and what people decided."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from landscapes.healthy import landscape, row

from workbench.core.assessing import Thresholds, Weights, assess
from workbench.declared import read_landscape
from workbench.model.landscape import PeoplesDecision, Rating

HOME = Path(__file__).parents[2]
SICK = {
    "failure_handling": "none",
    "error_rate": "20 %",
    "monitoring": "none",
    "auth": "named user",
    "owner_technical": "unassigned",
    "documentation": "none",
    "latency_actual_minutes": 9999,
    "manual_minutes_month": 2000,
    "conflict_rule": "none",
}
AILING = {"monitoring": "none", "failure_handling": "none", "error_rate": "20 %", "auth": "named user"}
POORLY = {**AILING, "idempotency": "none", "manual_minutes_month": 2000, "documentation": "none"}


def decision(*rows, of="R1", **options):
    found = assess(landscape(*rows), **options)
    return found.decisions.where(row=of)[0]


@pytest.mark.parametrize(
    ("changes", "computed"),
    [
        ({}, "retain"),
        (AILING, "refactor"),
        ({**SICK, "idempotency": "none"}, "replace"),
        ({**SICK, "idempotency": "none", "criticality": 1}, "retire"),
        ({"criticality": 1}, "retain"),
        ({"mechanism": "manual-rekey"}, "replace"),
        ({"mechanism": "manual-rekey", "criticality": 1}, "retire"),
        ({**SICK, "idempotency": "none", "constraint": "two-way only"}, "refactor"),
        ({"mechanism": "manual-rekey", "constraint": "two-way only"}, "refactor"),
    ],
)
def test_quadrants_and_what_overrules_them(changes, computed):
    assert decision(row(**changes)).computed == computed


def test_weaker_of_two_copies_is_replaced_and_the_healthier_one_stays():
    copies = row(**POORLY), row("R2", target=("C",), idempotency="none", monitoring="none")
    assert decision(*copies).computed == "replace"
    assert decision(*copies, of="R2").computed in ("retain", "refactor")


def test_short_cut_beside_a_chain_is_retired():
    chain = row("R2"), row("R3", source=("B",), target=("C",), objects="Client -> Guest")
    short_cut = row(objects="Customer -> Guest", target=("C",), **POORLY)
    assert decision(short_cut, *chain).computed == "retire"


def test_retired_row_with_a_successor_is_replaced_in_words():
    sick = {**SICK, "idempotency": "none", "criticality": 1}
    assert decision(row(**sick, replaced_by=("R2",)), row("R2", states=("to-be",))).computed == "replace"


def test_decision_cites_the_findings_about_its_row():
    assert decision(row(monitoring="none")).findings == ("no-alert/medium",)


def test_people_decide_and_the_computed_decision_stays_beside_theirs():
    people = PeoplesDecision("retire", "Dana Cole", "2026-11-02", "contract ends")
    found = decision(row(decided=people))
    assert (found.computed, found.people, found.standing) == ("retain", "retire", "retire")
    assert found.decided_by == "Dana Cole, 2026-11-02: contract ends"


def test_declared_and_computed_that_differ_are_wanted_from_people():
    found = assess(landscape(row(disposition="retire")))
    assert found.decisions[0].agreement == "differs"
    assert [item.row for item in found.undecided()] == ["R1"]


def test_override_replaces_the_rubric_and_names_who_and_why():
    rating = {"observability": Rating(0, "Ann Lee", "alerts go to a closed mailbox")}
    found = assess(landscape(row(ratings=rating)))
    (grade,) = found.grades.where(dimension="observability")
    assert grade.points == 0
    assert grade.override == "Ann Lee: alerts go to a closed mailbox"


def test_weak_evidence_makes_a_decision_provisional():
    assert not decision(row()).provisional
    assert decision(row(**AILING, basis="assumption")).provisional


def test_decision_at_a_threshold_is_fragile_and_one_far_away_robust():
    near = row(**AILING)
    health = assess(landscape(near)).scores[0].health
    found = decision(near, thresholds=Thresholds(good=health))
    assert found.stability == "fragile"
    assert found.runner_up == "refactor"
    assert "thresholds +5" in found.flips
    assert decision(row()).stability == "robust"


def test_weights_move_the_scores_towards_what_they_stress():
    hand = row(mechanism="manual-rekey", manual_minutes_month=2000)
    usual = assess(landscape(hand)).scores[0].health
    stressed = assess(landscape(hand), weights=Weights.for_benefits(10, 80, 10)).scores[0].health
    assert stressed < usual


def test_usual_weights_are_those_of_their_benefits():
    assert assess(landscape(), weights=Weights.for_benefits(42, 18, 40)).scores == assess(landscape()).scores


def test_landscape_of_healthy_rows_needs_no_refactoring():
    found = assess(landscape(row(), row("R2", objects="Order -> Order"))).landscape
    assert not found.necessary
    assert found.to_change == 0


def test_landscape_decision_cites_grave_findings_and_weighs_three_benefits():
    found = assess(read_landscape(HOME / "config" / "landscape.yaml")).landscape
    assert found.necessary
    assert "re-keying/high" in {finding.id for finding in found.findings}
    assert [gap.benefit for gap in found.benefits] == ["data management", "manual intervention", "best practice"]
    assert found.between[0] <= found.to_change <= found.between[1]
    assert all(gap.to_be > gap.as_is for gap in found.benefits)


def test_same_input_gives_the_same_bytes_in_another_process():
    script = (
        "import hashlib;from workbench.core.assessing import assess;from workbench.declared import read_landscape;"
        "found=assess(read_landscape('config/landscape.yaml'));"
        "text=repr([list(getattr(found,n)) for n in ('findings','scores','decisions','roadmap','indicators','costs')]);"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=HOME,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(HOME / "src")},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1
    assert len(seen.pop().strip()) == 64


def test_other_seed_moves_shares_but_no_decision():
    small = landscape(row(**AILING))
    first, second = (assess(small, seed=seed).decisions[0] for seed in (1, 2))
    assert first.computed == second.computed


def test_reach_and_money_alone_make_nothing_important():
    busy = {"objects": "Order -> Order", "volume_month": 10**6}
    values = [assess(landscape(row(criticality=rank, **busy))).scores[0].value for rank in (None, 1, 2, 3)]
    assert max(values[:3]) <= 49 < values[3]


@pytest.mark.parametrize(("healthy", "necessary"), [(4, True), (5, False)])
def test_refactoring_is_necessary_when_a_fifth_of_the_integrations_asks_for_a_change(healthy, necessary):
    stays = [row(f"R{n}", objects=f"Thing {n} -> Thing {n}") for n in range(healthy)]
    verdict = assess(landscape(*stays, row("HAND", mechanism="manual-rekey"))).landscape
    assert (verdict.to_change, verdict.necessary) == (1, necessary)
