"""Over random landscapes: nothing crashes, every score stays in range, and better evidence never lowers a score."""

from __future__ import annotations

import dataclasses
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from landscapes.healthy import landscape, row

from workbench.core.assessing import assess
from workbench.core.assessing.rubric import Weights, grades, score
from workbench.model.landscape import STATES, InventoryRow, Rating

WORDS = {
    "objects": ["", "Order -> Order", "Customer/Lead <-> Account", "Price", "->", "a/b/c -> b/c/d"],
    "direction": ["", "one-way", "two-way"],
    "mechanism": ["", "manual-rekey", "vendor-connector", "nightly batch", "e-mail", "hub-read", "carrier pigeon"],
    "auth": ["", "none", "named user", "service account", "supplier account", "something"],
    "failure_handling": ["", "none", "log", "retry", "retry + dead letter", "prayer"],
    "idempotency": ["", "none", "name match", "e-mail", "record id", "luck"],
    "monitoring": ["", "none", "job log", "report", "alert", "a look"],
    "conflict_rule": ["", "none", "n/a", "A wins"],
    "system_of_record": ["", "none", "A", "B"],
    "documentation": ["", "none", "partial", "full"],
    "owner_technical": ["", "unassigned", "Platform"],
    "owner_business": ["", "unassigned", "Sales"],
    "filter": ["", "none", "active"],
    "constraint": ["", "two-way only"],
    "error_rate": [None, "0.2 %", "3 %", "60 %"],
    "personal_data": [None, True, False],
    "criticality": [None, 1, 2, 3, 4, 5],
    "volume_month": [None, 0, 3, 900, 10**9],
    "latency_target_minutes": [None, 0, 60, 1440],
    "latency_actual_minutes": [None, 0, 60, 90, 10**6],
    "manual_minutes_month": [None, 0, 200, 10**6],
    "effort_days": [None, 0, 5],
    "states": [STATES, ("as-is",), ("to-be",)],
    "basis": ["measured", "document", "public", "interview", "assumption"],
    "disposition": ["", "retain", "retire"],
}
ENDS = st.lists(st.sampled_from(["A", "B", "C", "HUB", "X"]), max_size=2, unique=True).map(tuple)
FIELDS = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in WORDS.items()})
BETTER = {
    "failure_handling": ("none", "log", "retry", "retry + dead letter"),
    "idempotency": ("none", "name match", "e-mail", "record id"),
    "monitoring": ("none", "job log", "report", "alert"),
    "auth": ("none", "named user", "supplier account", "service account"),
    "documentation": ("none", "partial", "full"),
    "owner_technical": ("unassigned", "Platform"),
    "owner_business": ("unassigned", "Sales"),
    "error_rate": ("60 %", "3 %", "0.2 %"),
    "manual_minutes_month": (10**6, 200, 0),
    "latency_actual_minutes": (10**6, 90, 60, 0),
    "mechanism": ("manual-rekey", "e-mail", "nightly batch", "vendor-connector", "hub-read"),
    "criticality": (1, 2, 3, 4, 5),
    "volume_month": (0, 3, 900, 10**9),
    "basis": ("assumption", "interview", "public", "document", "measured"),
}
SCORES = (
    "value",
    "health",
    "efficiency",
    "interoperability",
    "data_management",
    "manual_intervention",
    "best_practice",
)


@st.composite
def inventories(draw: st.DrawFn) -> tuple[InventoryRow, ...]:
    ids = [f"R{number}" for number in range(draw(st.integers(0, 6)))]
    names = st.lists(st.sampled_from(ids or ["R0"]), max_size=2, unique=True).map(tuple)
    return tuple(
        InventoryRow(
            id=row_id, name=row_id, source=draw(ENDS), target=draw(ENDS), depends_on=draw(names), **draw(FIELDS)
        )
        for row_id in ids
    )


@settings(max_examples=60)
@given(rows=inventories())
def test_any_landscape_is_assessed_and_every_score_stays_in_range(rows):
    found = assess(dataclasses.replace(landscape(), integrations=rows), draws=50)
    for line in (*found.scores, *found.scores_to_be):
        assert all(0 <= getattr(line, name) <= 100 for name in (*SCORES, "confidence", "low", "high"))
        assert line.low <= line.health <= line.high
        assert 1 <= line.risk <= 25
    assert all(0 <= item.share <= 100 for item in found.decisions)
    assert {item.row for item in found.decisions} == {item.id for item in rows if "as-is" in item.states}
    waves = {step.row: step.wave for step in found.roadmap if not step.note}
    assert all(waves[name] < wave for row_id, wave in waves.items() for name in after(found, row_id) if name in waves)
    assert found._repr_html_()


def after(found, row_id):
    return found.roadmap.where(row=row_id)[0].after


@settings(max_examples=150)
@given(fields=FIELDS, name=st.sampled_from(sorted(BETTER)), data=st.data())
def test_better_evidence_never_lowers_a_score(fields, name, data):
    ladder = BETTER[name]
    low, high = sorted(data.draw(st.lists(st.integers(0, len(ladder) - 1), min_size=2, max_size=2)))
    worse, better = (scored(**{**fields, name: ladder[place]}) for place in (low, high))
    assert all(getattr(better, item) >= getattr(worse, item) for item in SCORES)
    assert better.confidence >= worse.confidence


@settings(max_examples=150)
@given(fields=FIELDS, name=st.sampled_from([*BETTER, "objects", "personal_data", "conflict_rule"]), data=st.data())
def test_filling_a_gap_never_lowers_health_or_confidence(fields, name, data):
    empty = {"error_rate": None, "personal_data": None}.get(name, "" if isinstance(WORDS[name][-1], str) else None)
    filled = data.draw(st.sampled_from([value for value in WORDS[name] if value not in ("", None)]))
    if name == "basis":
        return
    gap, known = scored(**{**fields, name: empty}), scored(**{**fields, name: filled})
    assert known.health >= gap.health
    assert known.confidence >= gap.confidence


def test_row_without_evidence_scores_nothing():
    bare = scored()
    assert (bare.health, bare.value, bare.confidence) == (0, 0, 0)
    assert (bare.low, bare.high) == (0, 20)
    assert "monitoring" in bare.missing


@pytest.mark.parametrize("dimension", ["reliability", "criticality"])
@pytest.mark.parametrize("value", [-3, 0, 4, 9])
def test_override_stays_in_range(dimension, value):
    line = scored(**{"ratings": {dimension: Rating(value, "Ann", "seen")}})
    assert 0 <= line.health <= 100
    assert 0 <= line.value <= 100


@pytest.mark.parametrize("kinds", [1, 40])
def test_five_hundred_integrations_are_assessed_with_sensitivity_in_five_seconds(kinds):
    ends = ("A", "B", "C", "HUB")
    rows = [
        row(
            f"R{n}",
            source=(ends[n % 4],),
            target=(ends[(n + 1 + n // 4 % 3) % 4],),
            objects=f"Thing {n % kinds}",
            direction="two-way",
            idempotency="none",
        )
        for n in range(500)
    ]
    started = time.perf_counter()
    found = assess(landscape(*rows))
    assert time.perf_counter() - started < 5
    assert len(found.decisions) == 500


def scored(**fields):
    bare = InventoryRow(id="R", name="R", source=("A",), target=("B",), **fields)
    return score(bare, grades(bare), Weights())
