"""How much each level of agreement speaks for or against a pair, learned from the data itself without labels.

Fellegi-Sunter: for each field, how often a level occurs among matches (`m`) and among other candidate pairs (`u`);
their log ratio is the weight. Expectation-maximisation fits both, and two things keep it honest: a right record has at
most one left, so its candidates share one unit of probability with "none of them"; and expert counts, which shrink as
the data grows, carry small and name-only sets. Fields agree together among non-matches too (a branch shares name and
domain, a neighbour the address), so `u` is learned apart for each likeness of the name, and for near and far places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.core.matching.levels import Levels
from workbench.core.matching.priors import ADDRESS, EXTRA, NAME, PHONE, WEB, Numbers, Prior

NAME_GROUP = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 1, 2, 1, 1, 0, 2, 0])
"""Low, middle or high likeness, or equal and unique, for each name level; the last is a missing name (level -1)."""
NAME_GROUPS, PLACES = 4, 4
ALIKE, UNIQUE, PREMISES, SAME_PHONE = 2, 3, 3, 2
"""Groups of names from which two may be branches of one company; the place that is the same premises; phone levels."""
SELDOM, LEAST_SHARED = 0.05, 0.01
"""Below the first share of lefts with two sure rights, rivals for a left count; the second is assumed at least."""
GROUP_STRENGTH = 50.0
"""How many pairs of its own a group needs before it speaks louder than the group above it."""


COMPANIES = 0.05
"""From this share of pairs with a domain on both sides the tables tell companies apart."""
NEIGHBOURS = 0.01
"""How many of the other candidates share address and phone alike (a shared office, an accountant) before any data."""
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


@dataclass(frozen=True, eq=False)
class Known:
    """Pairs that a person ruled on, and whether they are the same (1.0 or 0.0)."""

    pairs: npt.NDArray[np.int64]
    same: Numbers


def learn(
    patterns: Patterns, rights: Rights, right_count: int, *, extras: int, known: Known | None = None, rounds: int = 40
) -> Model:
    """Weights for these pairs. `right_count` counts right records without any candidate too.

    A pair that a person ruled on counts for what it is, with the weight of one pair: a wrong ruling cannot break much.
    """
    priors = (NAME, ADDRESS, PHONE, WEB, *[EXTRA] * extras)
    model = prior_model(priors, candidates=len(patterns.of_pair) / max(right_count, 1))
    strength = float(np.clip(0.1 * right_count, 20, 300))
    pairs: Numbers = np.bincount(patterns.of_pair, minlength=len(patterns.rows)).astype(np.float64)
    companies = bool(pairs[patterns.rows[:, 3] >= 0].sum() >= COMPANIES * pairs.sum())
    share = model.share
    for _ in range(rounds):
        probability = row_probability(model, patterns, rights)
        if known is not None:
            probability[known.pairs] = known.same
        expected = np.bincount(patterns.of_pair, weights=probability, minlength=len(patterns.rows))
        matched: Numbers = expected.astype(np.float64)
        others = pairs - matched
        held, neighbours = _neighbours(model, patterns.rows, others)
        apart = others - held  # neighbours share a site for a reason of their own
        tables = tuple(
            _table(patterns.rows, at, (matched, apart if at in {1, 2} else others), prior, strength)
            for at, prior in enumerate(priors)
        )
        before, share = share, (matched.sum() + 0.5) / (right_count + 1.0)
        model = Model(tables, _base(share, float(others.sum()) / max(right_count, 1)), share, neighbours, companies)
        if abs(share - before) < 1e-6:
            break
    return model


def _neighbours(model: Model, rows: Levels, others: Numbers) -> tuple[Numbers, Numbers]:
    """How many of the other pairs of each pattern share a whole site, address and phone; and how often others do."""
    group = NAME_GROUP[rows[:, 0]]
    whole, share = whole_site(model.fields(rows)), model.neighbours[group]
    likely = share * np.exp(whole)
    held = np.where(whole > 0, others * likely / (1.0 - share + likely), 0.0)
    both = (rows[:, 1] >= 0) & (rows[:, 2] >= 0)
    seen = np.bincount(group, weights=others * both, minlength=NAME_GROUPS)
    found = np.bincount(group, weights=held, minlength=NAME_GROUPS)
    rate = (found + NEIGHBOURS * GROUP_STRENGTH) / (seen + GROUP_STRENGTH)
    rate[UNIQUE] = rate.min()  # at a seldom matched list, matches themselves would pass for neighbours of their name
    return held, rate


def prior_model(priors: tuple[Prior, ...], candidates: float, share: float = 0.5) -> Model:
    """The expert weights alone: for name-only sets, and where learning begins."""
    tables = tuple(np.minimum(np.log(p.matches / p.others).repeat(PLACES, axis=0), p.ceilings) for p in priors)
    return Model(tables, _base(share, max(candidates - share, 0.1)), share, np.full(NAME_GROUPS, NEIGHBOURS))


def _base(share: float, others: float) -> float:
    """Of a right record's candidates one is drawn from the matches with this share, the others come as they come."""
    share = float(np.clip(share, 1e-4, 1 - 1e-4))
    return float(np.log(share / (1 - share)) - np.log(max(others, 0.1)))


def _table(rows: Levels, at: int, counts: tuple[Numbers, Numbers], prior: Prior, strength: float) -> Numbers:
    """One field's weights by situation and level, from expected counts and the prior."""
    (matched, others), seen, size = counts, rows[:, at] >= 0, len(prior.matches)
    level, situation = rows[seen, at], situations(rows)[seen]
    m = np.bincount(level, weights=matched[seen], minlength=size) + prior.strength * strength * prior.matches
    cells = np.bincount(situation * size + level, weights=others[seen], minlength=NAME_GROUPS * PLACES * size)
    by_situation: Numbers = cells.reshape(NAME_GROUPS, PLACES, size).astype(np.float64)
    if at == 0:
        u = by_situation.sum(axis=(0, 1)) + strength * prior.others[0]
        u = np.broadcast_to(u / u.sum(), by_situation.shape)
    else:
        u = by_situation.sum(axis=1) + GROUP_STRENGTH * prior.others
        u = np.repeat((u / u.sum(axis=1, keepdims=True))[:, None, :], PLACES, axis=1)
    if at > 1:
        u = by_situation + GROUP_STRENGTH * u
        u /= u.sum(axis=2, keepdims=True)
    if at == 2:
        u[ALIKE:, :PREMISES] = _branch_phones(u, by_situation, prior)[ALIKE:, :PREMISES]
    weights: Numbers = np.clip(np.log(m / m.sum()) - np.log(u.reshape(-1, size)), prior.floors, prior.ceilings)
    return weights


def _branch_phones(u: Numbers, by_situation: Numbers, prior: Prior) -> Numbers:
    """How often others of the same name share the phone, asked of all places at once but the premises themselves.

    A branch shares the switchboard wherever it is. Asked in the same city alone, the partners that moved would teach
    that branches do.
    """
    away = by_situation[:, :PREMISES].sum(axis=1, keepdims=True) + GROUP_STRENGTH * prior.others[:, None, :]
    same = np.broadcast_to((away / away.sum(axis=2, keepdims=True))[:, :, SAME_PHONE:], u[:, :, SAME_PHONE:].shape)
    other = u[:, :, :SAME_PHONE] / u[:, :, :SAME_PHONE].sum(axis=2, keepdims=True)
    return np.concatenate([other * (1.0 - same.sum(axis=2, keepdims=True)), same], axis=2)


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
