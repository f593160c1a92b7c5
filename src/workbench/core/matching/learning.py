"""What each level of agreement weighs, learned from the data itself without labels.

Expectation-maximisation fits how often a level occurs among matches (`m`) and among other candidate pairs (`u`); expert
counts, which shrink as the data grows, carry small and name-only sets. Fields agree together among non-matches too (a
branch shares name and domain, a neighbour the address), so `u` is learned apart for each likeness of the name, and for
near and far places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.core.matching.levels import Levels
from workbench.core.matching.priors import ADDRESS, EXTRA, NAME, PHONE, WEB, Numbers, Prior
from workbench.core.matching.weighing import (
    NAME_GROUP,
    NAME_GROUPS,
    PLACES,
    Model,
    Patterns,
    Rights,
    row_probability,
    situations,
    whole_site,
)

ALIKE, UNIQUE, PREMISES, SAME_PHONE = 2, 3, 3, 2
"""Groups of names from which two may be branches of one company; the place that is the same premises; phone levels."""
GROUP_STRENGTH = 50.0
"""How many pairs of its own a group needs before it speaks louder than the group above it."""
COMPANIES = 0.05
"""From this share of pairs with a domain on both sides the tables tell companies apart."""
NEIGHBOURS = 0.01
"""How many of the other candidates share address and phone alike (a shared office, an accountant) before any data."""
ROUNDS = 40
"""After so many rounds learning ends, also where the share of matches has not settled to a millionth."""
EXPECTED_SHARE = 0.5
"""How many of the right records have a match, before any data."""


@dataclass(frozen=True, eq=False)
class Known:
    """Pairs that a person ruled on, and whether they are the same (1.0 or 0.0)."""

    pairs: npt.NDArray[np.int64]
    same: Numbers


def learn(patterns: Patterns, rights: Rights, right_count: int, *, extras: int, known: Known | None = None) -> Model:
    """Weights for these pairs. `right_count` counts right records without any candidate too.

    A pair that a person ruled on counts for what it is, with the weight of one pair: a wrong ruling cannot break much.
    """
    priors = (NAME, ADDRESS, PHONE, WEB, *[EXTRA] * extras)
    model = _prior_model(priors, candidates=len(patterns.of_pair) / max(right_count, 1))
    strength = float(np.clip(0.1 * right_count, 20, 300))
    pairs: Numbers = np.bincount(patterns.of_pair, minlength=len(patterns.rows)).astype(np.float64)
    companies = bool(pairs[patterns.rows[:, 3] >= 0].sum() >= COMPANIES * pairs.sum())
    share = model.share
    for _ in range(ROUNDS):
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


def _prior_model(priors: tuple[Prior, ...], candidates: float) -> Model:
    """The expert weights alone: where learning begins."""
    tables = tuple(np.minimum(np.log(p.matches / p.others).repeat(PLACES, axis=0), p.ceilings) for p in priors)
    base = _base(EXPECTED_SHARE, max(candidates - EXPECTED_SHARE, 0.1))
    return Model(tables, base, EXPECTED_SHARE, np.full(NAME_GROUPS, NEIGHBOURS))


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
