"""Why a pair was judged as it was, why another one came second, and why a pair is none (R-MATCH-7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.core.matching import judging
from workbench.core.matching.levels import (
    ADDRESS_LEVELS,
    EXTRA_LEVELS,
    MISSING,
    NAME_LEVELS,
    PHONE_LEVELS,
    WEB_LEVELS,
    Block,
    Levels,
    levels,
)
from workbench.core.matching.scoring import Options, Scored, score
from workbench.core.matching.weighing import Model
from workbench.errors import UsageError
from workbench.model.links import Candidates
from workbench.model.rows import Rows

WORDS = {"name": NAME_LEVELS, "address": ADDRESS_LEVELS, "phone": PHONE_LEVELS, "web": WEB_LEVELS}


@dataclass(frozen=True, slots=True)
class Factor:
    """One step of the waterfall: a field, how far it agrees, and the weight in log odds that it adds or takes.

    A weight of 2.3 makes a match ten times as likely, one of -2.3 a tenth. The first step is what any candidate is
    worth before its evidence is heard.
    """

    field: str
    level: str
    weight: float
    sum: float


@dataclass(frozen=True)
class Explanation:
    """Why two records were linked, shown, or kept apart.

    `rival` says which other record came second and why; `held` why the pair is no link although it is probable, or why
    it was not considered; both may be empty.
    """

    left_id: str
    right_id: str
    probability: float
    verdict: str
    factors: Rows[Factor]
    rival: str = ""
    held: str = ""

    def __str__(self) -> str:
        steps = "\n".join(f"{f.weight:+7.2f}  {f.sum:+7.2f}  {f.field}: {f.level}" for f in self.factors)
        notes = "".join(f"\n{note}" for note in (self.rival, self.held) if note)
        heading = f"{self.left_id} and {self.right_id}: {self.verdict}, probability {self.probability:.4f}"
        return f"{heading}\n{steps}{notes}"

    def _repr_html_(self) -> str:
        return self.factors._repr_html_()


def explain(candidates: Candidates, left_id: str, right_id: str) -> Explanation:
    """The waterfall of a pair that is among the candidates; for any other pair use `why_not`.

    Raises UsageError when the pair is not there, with the candidates that the right record has.
    """
    frame = candidates.frame
    rows = frame[(frame["right_id"] == right_id) & (frame["left_id"] == left_id)]
    if rows.empty:
        others = frame.loc[frame["right_id"] == right_id, "left_id"].dropna().tolist()
        known = f"its candidates are {', '.join(map(str, others))}" if others else "it has no candidate"
        raise UsageError(f"{left_id} is no candidate of {right_id}: {known}; ask why_not for the evidence")
    row = rows.iloc[0]
    pair = (left_id, right_id, float(row["probability"]), str(row["verdict"]))
    if "weights" not in frame.attrs:
        return Explanation(*pair, Rows([Factor("email", str(row["reason"]), 0.0, 0.0)]))
    names = [name.removeprefix("level_") for name in frame.columns if name.startswith("level_")]
    evidence = np.array([[int(row[f"level_{name}"]) for name in names]], dtype=np.int8)
    model = Model.from_lists(frame.attrs["weights"])
    factors = _factors(model, evidence, names)
    held = "" if judging.may_link(evidence, companies=model.companies)[0] else _HELD
    return Explanation(*pair, factors, rival=_rival(row), held=held if row["verdict"] == "review" else "")


def why_not(
    left: pd.DataFrame,
    right: pd.DataFrame,
    left_id: str,
    right_id: str,
    *,
    options: Options = Options(),  # noqa: B008  # frozen value
) -> Explanation:
    """The waterfall of any pair of two tables (see `match`), and why it is not linked.

    Scores both tables again, because how much a value says depends on how many others hold it. Raises UsageError when
    a table does not hold the record.
    """
    scored = score(left, right, options=options)
    i, j = _row(scored.left.ids.to_list(), left_id, "left"), _row(scored.right.ids.to_list(), right_id, "right")
    block = Block(scored.left, scored.right, np.array([i], dtype=np.int32), np.array([j], dtype=np.int32))
    evidence = levels(block)
    names = [column.removeprefix("level_") for column in options.level_columns]
    factors = _factors(scored.model, evidence, names)
    found = np.flatnonzero((scored.left_rows == i) & (scored.right_rows == j))
    if not len(found):
        held = "the two share no key (phone, website, postcode and number, part of the name …): never compared"
        return Explanation(left_id, right_id, 0.0, "none", factors, rival=_better(scored, i, j), held=held)
    probability = float(scored.probability[found[0]])
    allowed = judging.may_link(evidence, companies=scored.model.companies)
    verdict = judging.verdicts(np.array([probability]), allowed, link_at=options.link_at, review_at=options.review_at)
    held = _HELD if probability >= options.link_at and not allowed[0] else ""
    return Explanation(left_id, right_id, round(probability, 4), str(verdict[0]), factors, _better(scored, i, j), held)


_HELD = (
    "the evidence does not suffice for a link that nobody looks at: that takes a strong name and one more agreeing "
    "field, or two independent identifiers, and no conflict about the site"
)


def _factors(model: Model, evidence: Levels, names: list[str]) -> Rows[Factor]:
    weights, total = model.weights(evidence)[0].tolist(), model.base
    steps = [Factor("before any evidence", "one candidate of several", round(total, 2), round(total, 2))]
    said = [
        "missing on a side" if level == MISSING else WORDS.get(name, EXTRA_LEVELS)[level]
        for name, level in zip(names, evidence[0].tolist(), strict=True)
    ]
    for name, level, weight in zip([*names, "site"], [*said, "address and phone both differ"], weights, strict=True):
        total += weight
        if name != "site" or weight:
            steps.append(Factor(name, level, round(weight, 2), round(total, 2)))
    return Rows(steps)


def _rival(row: pd.Series) -> str:
    second = row.get("runner_up")
    return f"second came {second}: {row['runner_up_reason']}" if isinstance(second, str) else ""


def _better(scored: Scored, left_row: int, right_row: int) -> str:
    """Which other left the right record could be, and which other right record claims the left one."""
    said = []
    rivals = np.flatnonzero((scored.right_rows == right_row) & (scored.left_rows != left_row))
    if len(rivals):
        best = rivals[np.argmax(scored.probability[rivals])]
        name = scored.left.ids[int(scored.left_rows[best])]
        said.append(f"the best other candidate is {name}, probability {scored.probability[best]:.4f}")
    claims = np.flatnonzero((scored.left_rows == left_row) & (scored.right_rows != right_row))
    if len(claims) and scored.probability[claims].max() >= 0.5:
        best = claims[np.argmax(scored.probability[claims])]
        name = scored.right.ids[int(scored.right_rows[best])]
        said.append(f"{name} claims the same left record, probability {scored.probability[best]:.4f}")
    return "; ".join(said)


def _row(ids: list[str], record_id: str, side: str) -> int:
    if record_id not in ids:
        raise UsageError(f"the {side} table holds no record {record_id!r}; check the id, or read again")
    return ids.index(record_id)
