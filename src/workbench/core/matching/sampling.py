"""How good the links are, from a sample that a person draws and judges: no label is needed, and none is assumed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from workbench.errors import UsageError
from workbench.model.links import CANDIDATE_COLUMNS, Candidates

_NORMAL = 1.959964
"""95 % of a normal distribution lie within so many standard deviations."""


@dataclass(frozen=True, slots=True)
class Precision:
    """What share of the links is right: of `judged` ones `right` were; with 95 % confidence between low and high."""

    judged: int
    right: int
    low: float
    high: float

    def __str__(self) -> str:
        if not self.judged:
            return "nobody judged the sample yet: nothing is known about the share of right links"
        share = f"{self.right} of {self.judged} judged links are right, {self.right / self.judged:.1%}"
        return f"{share}; among all links between {self.low:.1%} and {self.high:.1%} (95 % confidence)"


def sample(candidates: Candidates, count: int, *, seed: int = 1, verdict: str = "link") -> pd.DataFrame:
    """So many candidates of a verdict, drawn at random, numbered from 1; the same seed draws the same ones."""
    frame = candidates.frame[candidates.frame["verdict"] == verdict]
    drawn = frame.sample(min(count, len(frame)), random_state=seed)[list(CANDIDATE_COLUMNS)]
    return drawn.set_axis(pd.RangeIndex(1, len(drawn) + 1, name="number"), axis=0)


def precision(drawn: pd.DataFrame, wrong: str, *, judged: bool) -> Precision:
    """The share of right links from a sample that a person judged whole; `wrong` names the wrong ones: "3, 17".

    Bounds are those of Wilson. Raises UsageError for a number that the sample does not hold.
    """
    if not judged or drawn.empty:
        return Precision(0, 0, 0.0, 1.0)
    known, named = {str(number) for number in drawn.index}, {text.strip() for text in wrong.split(",") if text.strip()}
    if named - known:
        raise UsageError(f"the sample has the numbers 1 to {len(drawn)}, not {', '.join(sorted(named - known))}")
    count, right = len(drawn), len(drawn) - len(named)
    share, square = right / count, _NORMAL**2 / count
    middle = (share + square / 2) / (1 + square)
    spread = math.sqrt(share * (1 - share) * square + square**2 / 4) / (1 + square)
    return Precision(count, right, max(middle - spread, 0.0), min(middle + spread, 1.0))
