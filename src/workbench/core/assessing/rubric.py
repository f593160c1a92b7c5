"""The written rubric: how evidence becomes business value, technical health and the scores beside them (0 to 100).

Only integers, so that the same inventory gives the same bytes everywhere. Each dimension is the mean of its ratings;
a person may override a dimension, with name and reason, in `InventoryRow.ratings`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from workbench.core.assessing import evidence
from workbench.model.landscape import InventoryRow

Benefit = Literal["data management", "manual intervention", "best practice"]
BENEFITS: tuple[Benefit, ...] = ("data management", "manual intervention", "best practice")
"""What the charter wants to gain (R-LAND-5); every dimension of technical health serves one of them."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One question of the rubric: its usual weight, the fields that answer it, and how they are rated 0 to 4."""

    name: str
    weight: int
    fields: tuple[str, ...]
    ratings: Callable[[InventoryRow], tuple[int, ...]]
    benefit: Benefit | Literal[""] = ""


def _criticality(row: InventoryRow) -> tuple[int, ...]:
    return (0 if row.criticality is None else max(0, min(4, row.criticality - 1)),)


def _time(row: InventoryRow) -> tuple[int, ...]:
    return (evidence.rate_number(row.latency_target_minutes, (60, 240, 1440, 10080)),)


def _reliability(row: InventoryRow) -> tuple[int, ...]:
    errors = evidence.rate_number(evidence.error_share(row), (0.5, 2, 5, 10))
    return errors, evidence.rate_words(row.failure_handling, evidence.FAILURE_HANDLING)


_AUTOMATION = {"hub": 4, "direct": 4, "job": 4, "mail": 2, "hand": 0, "other": 2, "": 0}
_COUPLING = {"hub": 4, "direct": 3, "job": 2, "mail": 1, "hand": 0, "other": 1, "": 0}


def _automation(row: InventoryRow) -> tuple[int, ...]:
    minutes = evidence.rate_number(row.manual_minutes_month, (30, 240, 600, 1200))
    return _AUTOMATION[evidence.carrier(row.mechanism)], minutes


def _integrity(row: InventoryRow) -> tuple[int, ...]:
    return evidence.rate_words(row.idempotency, evidence.IDEMPOTENCY), evidence.conflict_rating(row)


def _security(row: InventoryRow) -> tuple[int, ...]:
    return evidence.rate_words(row.auth, evidence.CREDENTIAL), evidence.privacy_rating(row)


def _ownership(row: InventoryRow) -> tuple[int, ...]:
    owners = (4 if evidence.owned(owner) else 0 for owner in (row.owner_technical, row.owner_business))
    return (*owners, evidence.documentation_rating(row))


VALUE: tuple[Dimension, ...] = (
    Dimension("criticality", 40, ("criticality",), _criticality),
    Dimension("obligation", 25, ("objects", "personal_data"), lambda row: (evidence.obligation_rating(row),)),
    Dimension("time sensitivity", 20, ("latency_target_minutes",), _time),
    Dimension("reach", 15, ("volume_month",), lambda row: (evidence.reach_rating(row),)),
)
HEALTH: tuple[Dimension, ...] = (
    Dimension("reliability", 20, ("error_rate", "failure_handling"), _reliability, "data management"),
    Dimension("automation", 18, ("mechanism", "manual_minutes_month"), _automation, "manual intervention"),
    Dimension("integrity", 14, ("idempotency", "conflict_rule"), _integrity, "data management"),
    Dimension("security", 14, ("auth", "personal_data"), _security, "best practice"),
    Dimension(
        "observability",
        12,
        ("monitoring",),
        lambda row: (evidence.rate_words(row.monitoring, evidence.MONITORING),),
        "best practice",
    ),
    Dimension(
        "timeliness",
        8,
        ("latency_actual_minutes", "latency_target_minutes"),
        lambda row: (evidence.rate_number(evidence.lateness(row), (1, 1.5, 4, 12)),),
        "data management",
    ),
    Dimension(
        "coupling", 8, ("mechanism",), lambda row: (_COUPLING[evidence.carrier(row.mechanism)],), "best practice"
    ),
    Dimension("ownership", 6, ("owner_technical", "owner_business", "documentation"), _ownership, "best practice"),
)
EFFICIENCY: Mapping[str, int] = {"automation": 50, "timeliness": 25, "reliability": 25}
INTEROPERABILITY: Mapping[str, int] = {"coupling": 40, "integrity": 40, "ownership": 20}
DIMENSIONS: tuple[str, ...] = tuple(dimension.name for dimension in (*VALUE, *HEALTH))
UNIMPORTANT = 49
"""Highest business value of a row of criticality 1 or 2, or of none: reach alone makes nothing important."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each dimension counts; adjustable in the notebook, shown in the report. Only proportions matter."""

    value: Mapping[str, int] = field(default_factory=lambda: {item.name: item.weight for item in VALUE})
    health: Mapping[str, int] = field(default_factory=lambda: {item.name: item.weight for item in HEALTH})

    @classmethod
    def for_benefits(cls, data_management: int, manual_intervention: int, best_practice: int) -> Weights:
        """Weights that give each of the charter's benefits its share; inside a benefit proportions stay."""
        wanted = dict(zip(BENEFITS, (data_management, manual_intervention, best_practice), strict=True))
        usual = {benefit: sum(item.weight for item in HEALTH if item.benefit == benefit) for benefit in BENEFITS}
        health = {i.name: i.weight * wanted[i.benefit] * 100 // usual[i.benefit] for i in HEALTH if i.benefit}
        return cls(health=health)


@dataclass(frozen=True, slots=True)
class Grade:
    """One dimension of one integration: points 0 to 100, how sure, what is missing, who overrode it and why."""

    row: str
    dimension: str
    points: int
    confidence: int
    missing: tuple[str, ...] = ()
    override: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One integration scored, 0 to 100 each; `low` to `high` is the band of its health at this confidence.

    `risk` is 1 to 25: likelihood from health, times criticality (3 where none is stated).
    """

    row: str
    name: str
    value: int
    health: int
    low: int
    high: int
    efficiency: int
    interoperability: int
    data_management: int
    manual_intervention: int
    best_practice: int
    confidence: int
    risk: int
    missing: tuple[str, ...]


def grades(row: InventoryRow) -> tuple[Grade, ...]:
    """Every dimension of one integration."""
    return tuple(_grade(row, dimension) for dimension in (*VALUE, *HEALTH))


def _grade(row: InventoryRow, dimension: Dimension) -> Grade:
    confidence = sum(evidence.certainty(row, name) for name in dimension.fields) // len(dimension.fields)
    absent = tuple(name for name in dimension.fields if evidence.missing(row, name))
    override = row.ratings.get(dimension.name)
    if override is not None:
        reason = f"{override.by}: {override.reason}"
        return Grade(row.id, dimension.name, 25 * max(0, min(4, override.value)), confidence, absent, reason)
    ratings = dimension.ratings(row)
    return Grade(row.id, dimension.name, 25 * sum(ratings) // len(ratings), confidence, absent)


def score(row: InventoryRow, graded: tuple[Grade, ...], weights: Weights) -> Score:
    """One integration scored from its grades."""
    points = {grade.dimension: grade.points for grade in graded}
    sure = {grade.dimension: grade.confidence for grade in graded}
    health, confidence = mean(points, weights.health), mean(sure, weights.health)
    spread = (100 - confidence) // 5
    benefits = [
        mean(points, {i.name: weights.health.get(i.name, 0) for i in HEALTH if i.benefit == b}) for b in BENEFITS
    ]
    return Score(
        row=row.id,
        name=row.name,
        value=capped(mean(points, weights.value), row),
        health=health,
        low=max(0, health - spread),
        high=min(100, health + spread),
        efficiency=mean(points, EFFICIENCY),
        interoperability=mean(points, INTEROPERABILITY),
        data_management=benefits[0],
        manual_intervention=benefits[1],
        best_practice=benefits[2],
        confidence=confidence,
        risk=(100 + 4 * (100 - health)) * (row.criticality or 3) // 100,
        missing=tuple(sorted({name for grade in graded for name in grade.missing})),
    )


def capped(value: int, row: InventoryRow) -> int:
    """The business value of a row, which stays low where criticality is low or not stated."""
    return value if (row.criticality or 0) > 2 else min(value, UNIMPORTANT)


def mean(points: Mapping[str, int], weights: Mapping[str, int]) -> int:
    """The weighted mean, rounded down; 0 when nothing has weight."""
    total = sum(weights.values())
    return sum(points[name] * weight for name, weight in weights.items()) // total if total else 0
