"""How much each level of agreement speaks for or against a pair, and how probable that makes the pair.

Fellegi-Sunter: for each field, the log ratio of how often a level occurs among matches and among other candidate pairs
is its weight (`learning` fits them). A right record has at most one left, so its candidates share one unit of
probability with "none of them".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.core.matching.levels import Levels
from workbench.core.matching.priors import Numbers

NAME_GROUP = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 1, 2, 1, 1, 0, 2, 0])
"""Low, middle or high likeness, or equal and unique, for each name level; the last is a missing name (level -1)."""
NAME_GROUPS, PLACES = 4, 4
SELDOM, LEAST_SHARED = 0.05, 0.01
"""Below the first share of lefts with two sure rights, rivals for a left count; the second is assumed at least."""
TWO_SITES = -2.0
"""Beside their own weights: who has another address and another phone is seldom a partner that moved (experts say)."""


def two_sites(rows: Levels) -> npt.NDArray[np.bool_]:
    """Whether address and phone both conflict: then there are two sites."""
    street, place = np.maximum(rows[:, 1], 0) // 4, np.maximum(rows[:, 1], 0) % 4
    return np.asarray(((street == 1) | (place == 1)) & ((rows[:, 2] == 0) | (rows[:, 2] == 1)))


def whole_site(columns: Sequence[Numbers]) -> Numbers:
    """What address and phone say together where both speak for a match, else nothing."""
    address, phone = columns[1], columns[2]
    return np.where((address > 0) & (phone > 0), np.minimum(address + phone, 30.0), 0.0)


def situations(rows: Levels) -> npt.NDArray[np.int64]:
    """In which company a field is judged: likeness of the name; place unknown, other, near, or the same premises."""
    address = np.maximum(rows[:, 1], 0)
    near = np.array([0, 1, 2, 2])[address % 4]
    place = np.where((address // 4 == 3) & (near != 1), 3, near)
    return np.asarray(NAME_GROUP[rows[:, 0]] * PLACES + place)


@dataclass(frozen=True, eq=False)
class Model:
    """The learned weights: one table a field (name group by level), and what a candidate is worth before evidence.

    `base` is the log odds that a given candidate is the match rather than none; `share` the share of right records
    that have a match; `neighbours`, by likeness of the name, how many other candidates share the whole site, so that
    address and phone together never say more; `companies` whether the tables tell companies apart by their domain.
    """

    tables: tuple[Numbers, ...]
    base: float
    share: float
    neighbours: Numbers
    companies: bool = True

    def fields(self, levels: Levels) -> list[Numbers]:
        """Log odds that each field adds by itself, 0 where it is missing."""
        group = situations(levels)
        return [np.where(levels[:, at] >= 0, table[group, levels[:, at]], 0.0) for at, table in enumerate(self.tables)]

    def weights(self, levels: Levels) -> Numbers:
        """Log odds that each field adds, one row a pair, 0 where it is missing; last what two conflicts add beside."""
        columns = self.fields(levels)
        whole = whole_site(columns)
        held = self.neighbours[NAME_GROUP[levels[:, 0]]]
        both = np.where(two_sites(levels), TWO_SITES, -np.log1p(held * np.expm1(whole)))
        return np.column_stack([*columns, both])

    def as_lists(self) -> dict[str, Any]:
        """The model as plain lists, so that it travels with the table that it made."""
        tables = [np.nan_to_num(table, posinf=60, neginf=-60).round(4).tolist() for table in self.tables]
        held = self.neighbours.round(6).tolist()
        known = {"base": round(self.base, 4), "share": round(self.share, 4), "companies": self.companies}
        return known | {"neighbours": held, "tables": tables}

    @classmethod
    def from_lists(cls, kept: Mapping[str, Any]) -> Model:
        """The model out of `as_lists`."""
        tables = tuple(np.array(table) for table in kept["tables"])
        return cls(tables, kept["base"], kept["share"], np.array(kept["neighbours"]), kept["companies"])


@dataclass(frozen=True, eq=False)
class Patterns:
    """The different rows of levels, and which of them each pair has: a few thousand instead of millions."""

    rows: Levels
    of_pair: npt.NDArray[np.int32]

    @classmethod
    def of(cls, levels: Levels) -> Patterns:
        """The patterns of a table of levels, in a fixed order."""
        number = np.zeros(len(levels), dtype=np.int64)
        for column in levels.T:
            number = number * 18 + (column.astype(np.int64) + 1)
            if len(number) and number.max() > 1 << 57:  # many further columns: number afresh before it overflows
                number = np.unique(number, return_inverse=True)[1]
        _, first, of_pair = np.unique(number, return_index=True, return_inverse=True)
        return cls(levels[first], of_pair.astype(np.int32))


@dataclass(frozen=True, eq=False)
class Rights:
    """Where the candidates of each right record begin; pairs are sorted by right record."""

    starts: npt.NDArray[np.int64]
    of_pair: npt.NDArray[np.int32]

    @classmethod
    def of(cls, right_rows: npt.NDArray[np.int32]) -> Rights:
        """Right records of sorted pairs."""
        begins = np.flatnonzero(np.diff(right_rows, prepend=-1))
        return cls(begins, np.repeat(np.arange(len(begins), dtype=np.int32), np.diff(begins, append=len(right_rows))))


def odds(model: Model, patterns: Patterns) -> Numbers:
    """The odds of each pair against "none", before its rivals are heard."""
    total = model.weights(patterns.rows).sum(axis=1) + model.base
    by_pattern: Numbers = np.exp(np.clip(total, -60, 60))
    return by_pattern[patterns.of_pair]


def row_probability(model: Model, patterns: Patterns, rights: Rights) -> Numbers:
    """The probability of each pair when a right record has at most one left."""
    own = odds(model, patterns)
    if not len(own):
        return own
    return own / (1.0 + np.add.reduceat(own, rights.starts)[rights.of_pair])


def probability(model: Model, patterns: Patterns, rights: Rights, left_rows: npt.NDArray[np.int32]) -> Numbers:
    """Final probability: a rival for the same left counts too, where the data shows that lefts are hardly ever shared.

    A rival lowers the odds to the rate at which lefts are shared, not to nothing: overwhelming evidence for both says
    that the right side holds a duplicate.
    """
    by_row = row_probability(model, patterns, rights)
    if not len(by_row):
        return by_row
    holders = np.bincount(left_rows[by_row > 0.9], minlength=1)
    shared = float((holders > 1).sum() / max((holders > 0).sum(), 1))
    if shared >= SELDOM:
        return by_row
    rivals = np.bincount(left_rows, weights=by_row)[left_rows] - by_row
    taken = np.clip(rivals, 0.0, 1.0)
    own = odds(model, patterns) * (1.0 - taken + taken * max(shared, LEAST_SHARED))
    return own / (1.0 + np.add.reduceat(own, rights.starts)[rights.of_pair])
