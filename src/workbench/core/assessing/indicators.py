"""What leadership watches, AS-IS beside TO-BE: each indicator with its formula, its basis and which way is better.

What the product measures itself arrives as `measures` and stands there as measured; what nobody has measured yet is
shown as missing, never as a guess (R-LAND-7).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.core.assessing import evidence
from workbench.core.assessing.completeness import basis_of
from workbench.core.assessing.recipes import RECIPES, Better, Quality, Recipe
from workbench.core.assessing.standing import Standing
from workbench.errors import UnknownName
from workbench.model.landscape import InventoryRow
from workbench.model.rows import Rows


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure in both states. `quality` marks the one for a quality that the charter asks for (R-LAND-8).

    `basis` counts where the inputs come from; None means that there is no figure yet.
    """

    name: str
    unit: str
    as_is: int | None
    to_be: int | None
    better: Better
    formula: str
    basis: str
    quality: Quality | Literal[""] = ""

    @property
    def improves(self) -> bool | None:
        """Whether TO-BE is better; None where a figure is missing."""
        if self.as_is is None or self.to_be is None:
            return None
        return self.to_be < self.as_is if self.better == "lower" else self.to_be > self.as_is


MEASURES: Mapping[str, tuple[str, Better, str, str]] = {
    "match rate": (
        "per cent",
        "higher",
        "partners and customers with a verified link / those in scope, both sides",
        "needs a run that links records",
    ),
    "completeness": (
        "per cent",
        "higher",
        "filled mapped fields / mapped fields of linked records",
        "needs a run that links records",
    ),
    "conflicts": (
        "records",
        "lower",
        "linked pairs with a mapped field that differs",
        "needs a run that links records",
    ),
    "duplicates": (
        "records",
        "lower",
        "records that look the same as another one of their system, probability 0.9 or more",
        "needs a read of partners or customers",
    ),
    "coverage": (
        "per cent",
        "higher",
        "accounts of partner type that carry sync flag and status / accounts of partner type",
        "needs a read of partners",
    ),
    "deal readiness": (
        "per cent",
        "higher",
        "opportunities that Channeltivity would accept / flagged ones",
        "needs a plan of the deal import",
    ),
    "calls": ("calls a day", "lower", "requests to all systems", "a day's calls are not recorded"),
    "time to propagate": (
        "minutes",
        "lower",
        "from the last change on one side to its read-back on the other, median",
        "needs a run that carries a change over",
    ),
}
"""Data quality and cost that only runs can tell: unit, which way is better, formula, what it lacks yet."""


def indicators(before: Standing, after: Standing, measures: Mapping[str, object]) -> Rows[Indicator]:
    """Every indicator, computed ones first. Raises UnknownName for a measure that nobody has defined."""
    return Rows([*(_computed(recipe, before, after) for recipe in RECIPES), *_measured(measures)])


def _computed(recipe: Recipe, before: Standing, after: Standing) -> Indicator:
    return Indicator(
        recipe.name,
        recipe.unit,
        recipe.compute(before),
        recipe.compute(after),
        recipe.better,
        recipe.formula,
        _basis((*before.rows, *after.rows), recipe.fields),
        recipe.quality,
    )


def _measured(measures: Mapping[str, object]) -> list[Indicator]:
    for name, value in measures.items():
        if name not in MEASURES:
            raise UnknownName("measure", name, MEASURES)
        if not isinstance(value, int) or isinstance(value, bool):
            raise UnknownName("whole number for the measure " + name, str(value), ())
    found = []
    for name, (unit, better, formula, lacking) in MEASURES.items():
        value = measures.get(name)
        basis = f"not measured yet: {lacking}" if value is None else "measured"
        found.append(Indicator(name, unit, value if isinstance(value, int) else None, None, better, formula, basis))
    return found


def _basis(rows: Sequence[InventoryRow], fields: Sequence[str]) -> str:
    """Where the inputs come from, the most frequent first: `assumption 38, measured 2, missing 1`."""
    if not fields:
        return "counted in the inventory"
    counts = Counter(
        "missing" if evidence.missing(row, name) else basis_of(row, name) for row in rows for name in fields
    )
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {count}" for name, count in ordered) or "no rows"
