"""How far each decision depends on weights and thresholds that nobody can know exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from workbench.core.assessing.deciding import DISPOSITIONS, Circumstances, Codes, Numbers, Thresholds, decide
from workbench.core.assessing.rubric import HEALTH, UNIMPORTANT, VALUE, Grade, Weights
from workbench.model.landscape import Disposition, InventoryRow

Stability = Literal["robust", "contested", "fragile"]
CONCENTRATION = 60
"""How closely the drawn weights lie around the given ones (parameter of the Dirichlet distribution)."""
SHIFT = 5
"""Both scores are moved by up to this many points in each draw, the rubric being no finer than that."""


@dataclass(frozen=True, slots=True)
class Stance:
    """How one decision stands: the per cent of draws that agree, the runner-up, and what alone would flip it."""

    row: str
    share: int
    stability: Stability
    runner_up: Disposition | Literal[""]
    equal_weights: Disposition
    flips: tuple[str, ...]


@dataclass(frozen=True)
class GradeTable:
    """The grades of all rows as numbers: rows by dimensions, with what caps their value."""

    ids: tuple[str, ...]
    value: Numbers
    health: Numbers
    capped: npt.NDArray[np.bool_]
    seen: Circumstances

    @classmethod
    def of(cls, rows: Sequence[InventoryRow], graded: Mapping[str, Sequence[Grade]], seen: Circumstances) -> GradeTable:
        """The grades of rows in the order of the rubric's dimensions."""
        points = np.array([[grade.points for grade in graded[row.id]] for row in rows], float)
        points = points.reshape(len(rows), len(VALUE) + len(HEALTH))
        capped = np.array([(row.criticality or 0) <= 2 for row in rows], bool)
        return cls(tuple(row.id for row in rows), points[:, : len(VALUE)], points[:, len(VALUE) :], capped, seen)

    def decide(self, value: Numbers, health: Numbers, at: Thresholds) -> Codes:
        """The decisions for scores of these rows, with the cap on unimportant ones."""
        cap = self.capped.reshape(-1, *([1] * (value.ndim - 1)))
        return decide(np.where(cap, np.minimum(value, UNIMPORTANT), value), health, self.seen, at)

    def weighed(self, value: Numbers, health: Numbers, at: Thresholds) -> Codes:
        """The decisions under these weights; scores are rounded down, as the rubric does."""
        return self.decide(np.floor(self.value @ value + 1e-9), np.floor(self.health @ health + 1e-9), at)


def vectors(weights: Weights) -> tuple[Numbers, Numbers]:
    """Both weight vectors in the order of the rubric's dimensions, each with sum one."""
    value = np.array([weights.value.get(item.name, 0) for item in VALUE], float)
    health = np.array([weights.health.get(item.name, 0) for item in HEALTH], float)
    return value / max(value.sum(), 1), health / max(health.sum(), 1)


def stances(
    table: GradeTable, base: Codes, weights: Weights, at: Thresholds, *, seed: int, draws: int
) -> tuple[tuple[Stance, ...], Codes]:
    """How each decision stands, and the decisions of every draw (rows by draws)."""
    drawn = _draws(table, weights, at, seed, draws)
    value, health = vectors(weights)
    even = table.weighed(np.full_like(value, 1 / len(value)), np.full_like(health, 1 / len(health)), at)
    flips = _flips(table, base, value, health, at)
    counts = np.stack([(drawn == code).sum(axis=1) for code in range(len(DISPOSITIONS))], axis=1)
    found = []
    for position, row_id in enumerate(table.ids):
        share = int(100 * counts[position, base[position]] // max(draws, 1))
        others = np.where(np.arange(len(DISPOSITIONS)) == base[position], -1, counts[position])
        second = int(others.argmax())
        found.append(
            Stance(
                row=row_id,
                share=share,
                stability=label(share),
                runner_up=DISPOSITIONS[second] if others[second] > 0 else "",
                equal_weights=DISPOSITIONS[even[position]],
                flips=tuple(name for name, codes in flips if codes[position] != base[position]),
            )
        )
    return tuple(found), drawn


def label(share: int) -> Stability:
    """Robust from 90 per cent, contested from 70, else fragile: such a decision belongs to people."""
    return "robust" if share >= 90 else "contested" if share >= 70 else "fragile"


def _draws(table: GradeTable, weights: Weights, at: Thresholds, seed: int, draws: int) -> Codes:
    generator = np.random.default_rng(seed)
    value, health = (_around(generator, vector, draws) for vector in vectors(weights))
    rows = len(table.value)
    shifts = generator.uniform(-SHIFT, SHIFT, size=(2, rows, draws))
    return table.decide(table.value @ value.T + shifts[0], table.health @ health.T + shifts[1], at)


def _around(generator: np.random.Generator, vector: Numbers, draws: int) -> Numbers:
    """Weights drawn around a vector; a weight of nothing stays nothing."""
    drawn = np.zeros((draws, len(vector)))
    used = vector > 0
    if used.any():
        drawn[:, used] = generator.dirichlet(CONCENTRATION * vector[used], size=draws)
    return drawn


def _flips(table: GradeTable, base: Codes, value: Numbers, health: Numbers, at: Thresholds) -> list[tuple[str, Codes]]:
    """The decisions when one thing alone is changed: a weight by a quarter, all thresholds by five points."""
    found = [(f"thresholds {by:+d}", table.weighed(value, health, at.moved(by))) for by in (-5, 5)]
    for change, name in ((0.75, "-25 %"), (1.25, "+25 %")):
        for position, item in enumerate(VALUE):
            found.append((f"{item.name} {name}", table.weighed(_scaled(value, position, change), health, at)))
        for position, item in enumerate(HEALTH):
            found.append((f"{item.name} {name}", table.weighed(value, _scaled(health, position, change), at)))
    return found


def _scaled(vector: Numbers, position: int, change: float) -> Numbers:
    scaled = vector.copy()
    scaled[position] *= change
    total = scaled.sum()
    return scaled / total if total else scaled
