"""From scores to a decision: retain, refactor, replace or retire, one rule for one row and for two thousand draws.

The quadrants are those of the TIME model with the names of the R's; the thresholds are arguments, never constants of
the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from workbench.core.assessing import evidence
from workbench.core.assessing.findings import Finding
from workbench.core.assessing.rubric import Score
from workbench.model.landscape import STATES, Disposition, InventoryRow

DISPOSITIONS: tuple[Disposition, ...] = ("retain", "refactor", "replace", "retire")
RETAIN, REFACTOR, REPLACE, RETIRE = range(4)
Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the quadrants meet. A valuable row is retained from `good`, replaced below `bad`; one of little value is
    tolerated from `fair`; below `fair` a second copy is replaced and a short cut beside a chain retired."""

    valuable: int = 50
    good: int = 65
    fair: int = 50
    bad: int = 40

    def moved(self, by: int) -> Thresholds:
        """All of them shifted, to see which decisions depend on where the lines are drawn."""
        return Thresholds(self.valuable + by, self.good + by, self.fair + by, self.bad + by)


@dataclass(frozen=True)
class Circumstances:
    """What decides beside the two scores: hand work, a vendor's constraint, a short cut, and being a second copy.

    `straight` rows bring what a chain of others brings as well; `rivals` are groups of rows that copy the same object
    to different places, and all but the healthiest of a group are second copies.
    """

    manual: npt.NDArray[np.bool_]
    constrained: npt.NDArray[np.bool_]
    straight: npt.NDArray[np.bool_]
    rivals: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, rows: Sequence[InventoryRow], findings: Iterable[Finding]) -> Circumstances:
        """The circumstances of rows, from their mechanism, their constraint and the findings about them."""
        place = {row.id: position for position, row in enumerate(rows)}
        straight, rivals = np.zeros(len(rows), bool), []
        for finding in findings:
            if finding.rule == "redundant-path":
                straight[place[finding.id.partition("/")[2].partition("+")[0]]] = True
            if finding.rule == "dual-write":
                rivals.append(tuple(place[row_id] for row_id in finding.rows))
        return cls(
            manual=np.array([evidence.carrier(row.mechanism) == "hand" for row in rows], bool),
            constrained=np.array([bool(row.constraint) for row in rows], bool),
            straight=straight,
            rivals=tuple(rivals),
        )


def decide(value: Numbers, health: Numbers, seen: Circumstances, at: Thresholds) -> Codes:
    """The decision for each row (first axis), for each draw (second axis where there is one)."""
    code: Codes = np.select(
        [(value >= at.valuable) & (health >= at.good), (value >= at.valuable) & (health >= at.bad)],
        [RETAIN, REFACTOR],
        default=np.where(value >= at.valuable, REPLACE, np.where(health >= at.fair, RETAIN, RETIRE)),
    )
    weak, valuable = health < at.fair, value >= at.valuable
    code = np.where(_second_copies(health, seen) & weak, np.where(valuable, REPLACE, RETIRE), code)
    manual, constrained, straight = (_over(item, value) for item in (seen.manual, seen.constrained, seen.straight))
    code = np.where(straight & weak, RETIRE, code)
    code = np.where(manual, np.where(value >= at.valuable, REPLACE, RETIRE), code)
    return np.where(constrained & (code >= REPLACE), REFACTOR, code)


def _second_copies(health: Numbers, seen: Circumstances) -> npt.NDArray[np.bool_]:
    second = np.zeros(health.shape, bool)
    for group in seen.rivals:
        members = list(group)
        best = health[members].argmax(axis=0)
        for position, member in enumerate(members):
            second[member] |= best != position
    return second


def _over(flags: npt.NDArray[np.bool_], like: Numbers) -> npt.NDArray[np.bool_]:
    return flags.reshape(-1, *([1] * (like.ndim - 1)))


def declared(row: InventoryRow) -> Disposition | Literal[""]:
    """What the inventory declares: its disposition, else what its TO-BE says."""
    if row.disposition or row.states != STATES:
        return row.disposition
    return "refactor" if row.to_be else "retain"


def in_words(code: Disposition, row: InventoryRow) -> Disposition:
    """A row that is retired while others take its place is replaced, in the words of the inventory."""
    return "replace" if code == "retire" and row.replaced_by else code


def _doubled(findings: Sequence[Finding]) -> bool:
    return any(finding.rule in ("dual-write", "redundant-path") for finding in findings)


def reason(row: InventoryRow, score: Score, code: Disposition, seen: Sequence[Finding], at: Thresholds) -> str:
    """Why, in one sentence, with the figures that decided."""
    value = f"value {score.value} ({'at least' if score.value >= at.valuable else 'below'} {at.valuable})"
    if row.constraint and code == "refactor":
        return f"the vendor's constraint rules out replacing it ({row.constraint}); {value}, health {score.health}"
    if evidence.carrier(row.mechanism) == "hand":
        return f"people carry it ({row.mechanism}); {value}"
    if code in ("replace", "retire") and score.health < at.fair and _doubled(seen):
        return f"a second way for the same object, health {score.health} below {at.fair}; {value}"
    if score.value >= at.valuable:
        return f"{value}, health {score.health} (retain from {at.good}, replace below {at.bad})"
    return f"{value}, health {score.health} (tolerate from {at.fair})"
