"""How each indicator is computed from one state of the landscape, with its formula in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.core.assessing import evidence
from workbench.core.assessing.completeness import by_row
from workbench.core.assessing.standing import Standing
from workbench.model.landscape import InventoryRow

Quality = Literal["streamlined", "efficient", "scalable"]
Better = Literal["lower", "higher"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an indicator is computed from one state, and which fields of the rows it reads."""

    name: str
    unit: str
    better: Better
    formula: str
    compute: Callable[[Standing], int | None]
    fields: tuple[str, ...] = ()
    quality: Quality | Literal[""] = ""


def _share(test: Callable[[InventoryRow], bool]) -> Callable[[Standing], int | None]:
    return lambda standing: 100 * sum(map(test, standing.rows)) // len(standing.rows) if standing.rows else None


def _count(test: Callable[[InventoryRow], bool]) -> Callable[[Standing], int | None]:
    return lambda standing: sum(map(test, standing.rows))


def _mean(name: str) -> Callable[[Standing], int | None]:
    return lambda standing: (
        sum(getattr(score, name) for score in standing.scores.values()) // len(standing.scores)
        if standing.scores
        else None
    )


def point_to_point(standing: Standing) -> int:
    """Pairs of ends that are joined directly, not through a hub."""
    hubs = {system.id for system in standing.landscape.systems if system.nature == "hub"}
    pairs = {
        frozenset((source, target))
        for row in standing.rows
        if evidence.carrier(row.mechanism) != "hub"
        for source in row.source
        for target in row.target
        if source != target and not {source, target} & hubs
    }
    return len(pairs)


def hours_year(rows: Sequence[InventoryRow]) -> int:
    """Hours of hand work a year."""
    return sum(row.manual_minutes_month or 0 for row in rows) * 12 // 60


def _minutes_per_thousand(standing: Standing) -> int | None:
    volume = sum(row.volume_month or 0 for row in standing.rows if row.manual_minutes_month)
    minutes = sum(row.manual_minutes_month or 0 for row in standing.rows)
    return 1000 * minutes // volume if volume else None


def _complete(standing: Standing) -> int | None:
    lines = by_row(standing.rows)
    return sum(line.filled for line in lines) // len(lines) if lines else None


def _words(field: str, ladder: evidence.Ladder, least: int) -> Callable[[InventoryRow], bool]:
    return lambda row: evidence.rate_words(getattr(row, field), ladder) >= least


RECIPES: tuple[Recipe, ...] = (
    Recipe("interfaces", "count", "lower", "rows of the inventory", lambda standing: len(standing.rows)),
    Recipe(
        "point-to-point links",
        "pairs",
        "lower",
        "pairs of ends joined without the hub",
        point_to_point,
        quality="streamlined",
    ),
    Recipe(
        "interfaces with hand work",
        "count",
        "lower",
        "rows with more than 0 minutes of hand work",
        _count(lambda row: bool(row.manual_minutes_month)),
        ("manual_minutes_month",),
    ),
    Recipe(
        "hand work",
        "hours a year",
        "lower",
        "sum of minutes a month / 60 * 12",
        lambda standing: hours_year(standing.rows),
        ("manual_minutes_month",),
        "efficient",
    ),
    Recipe(
        "hand work for 1,000 records",
        "minutes",
        "lower",
        "minutes a month / records a month * 1,000, rows with hand work",
        _minutes_per_thousand,
        ("manual_minutes_month", "volume_month"),
        "scalable",
    ),
    Recipe(
        "duplicate entry",
        "count",
        "lower",
        "rows that people carry",
        _count(lambda row: evidence.carrier(row.mechanism) == "hand"),
        ("mechanism",),
    ),
    Recipe(
        "any failure handling",
        "per cent",
        "higher",
        "rows that keep or repeat what failed",
        _share(_words("failure_handling", evidence.FAILURE_HANDLING, 1)),
        ("failure_handling",),
    ),
    Recipe(
        "automatic retry",
        "per cent",
        "higher",
        "rows that repeat by themselves",
        _share(_words("failure_handling", evidence.FAILURE_HANDLING, 3)),
        ("failure_handling",),
    ),
    Recipe(
        "written once",
        "per cent",
        "higher",
        "rows with a stable key, not a name or an e-mail address",
        _share(_words("idempotency", evidence.IDEMPOTENCY, 3)),
        ("idempotency",),
    ),
    Recipe(
        "alerted",
        "per cent",
        "higher",
        "rows whose failure alerts somebody",
        _share(_words("monitoring", evidence.MONITORING, 4)),
        ("monitoring",),
    ),
    Recipe(
        "owned on both sides",
        "per cent",
        "higher",
        "rows with a technical and a business owner",
        _share(lambda row: evidence.owned(row.owner_technical) and evidence.owned(row.owner_business)),
        ("owner_technical", "owner_business"),
    ),
    Recipe(
        "documented",
        "per cent",
        "higher",
        "rows with full documentation",
        _share(lambda row: evidence.documentation_rating(row) == 4),
        ("documentation",),
    ),
    Recipe(
        "hourly or better",
        "per cent",
        "higher",
        "rows that need at most 75 minutes",
        _share(lambda row: row.latency_actual_minutes is not None and row.latency_actual_minutes <= 75),
        ("latency_actual_minutes",),
    ),
    Recipe(
        "conflict rule written",
        "per cent",
        "higher",
        "rows that say who wins, or cannot conflict",
        _share(lambda row: evidence.conflict_rating(row) == 4),
        ("conflict_rule",),
    ),
    Recipe(
        "personal data by file or mail",
        "count",
        "lower",
        "rows with personal data in files, mails or hands",
        _count(lambda row: bool(row.personal_data) and evidence.carrier(row.mechanism) in ("hand", "mail")),
        ("personal_data", "mechanism"),
    ),
    Recipe("technical health", "of 100", "higher", "mean over the rows", _mean("health")),
    Recipe("efficiency", "of 100", "higher", "mean over the rows", _mean("efficiency")),
    Recipe("interoperability", "of 100", "higher", "mean over the rows", _mean("interoperability")),
    Recipe("confidence", "per cent", "higher", "mean over the rows, by where evidence comes from", _mean("confidence")),
    Recipe("inventory completeness", "per cent", "higher", "filled / required and expected fields", _complete),
)
