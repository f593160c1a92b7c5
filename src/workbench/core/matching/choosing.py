"""From scored pairs to the table that a person sees: the best of each right record, and what is left to choose."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.core.matching import judging
from workbench.core.matching.scoring import Options, Scored
from workbench.core.matching.weighing import Rights
from workbench.model.links import CANDIDATE_COLUMNS

Numbers = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

RUNNER_UP = ("runner_up", "runner_up_reason")
"""Columns with the left record that came second, and its evidence in words."""


def chosen(scored: Scored, options: Options) -> pd.DataFrame:
    """The best row of each right record and further rows for review, in order of right id."""
    probability = scored.probability
    allowed = judging.may_link(scored.patterns.rows, companies=scored.model.companies)[scored.patterns.of_pair]
    verdict = judging.verdicts(probability, allowed, link_at=options.link_at, review_at=options.review_at)
    winners = likeliest(probability, scored.rights)
    best = np.zeros(len(probability), dtype=np.bool_)
    best[winners] = True
    kept = np.flatnonzero(best | (verdict == "review"))
    # A right record links to one left: what else is probable is no further question.
    linked = np.zeros(len(scored.right), dtype=np.bool_)
    linked[scored.right_rows[best & (verdict == "link")]] = True
    kept = kept[best[kept] | ~linked[scored.right_rows[kept]]]
    kept = kept[np.lexsort((scored.left_rows[kept], -probability[kept], scored.right_rows[kept]))]
    frame = pair_frame(scored, kept, verdict[kept], options)
    second = likeliest(np.where(best, -1.0, probability), scored.rights)
    frame = frame.assign(**_runners_up(scored, kept, best[kept], second[~best[second]], options))
    frame.attrs["weights"] = scored.model.as_lists()
    return one_each(frame) if options.one_to_one else frame


def likeliest(probability: Numbers, rights: Rights) -> Positions:
    """The pair of each right record with the highest probability; of equal ones that with the first left id."""
    if not len(probability):
        return np.zeros(0, dtype=np.int64)
    highest = np.maximum.reduceat(probability, rights.starts)[rights.of_pair]
    equal = np.flatnonzero(probability == highest)
    return equal[np.flatnonzero(np.diff(rights.of_pair[equal], prepend=-1))]


def pair_frame(scored: Scored, kept: Positions, verdict: npt.NDArray[np.object_], options: Options) -> pd.DataFrame:
    """The kept pairs with CANDIDATE_COLUMNS and evidence levels."""
    pattern = scored.patterns.of_pair[kept]
    lefts, rights = scored.left_rows[kept], scored.right_rows[kept]
    columns: dict[str, object] = {
        "left_id": scored.left.ids.gather(lefts).to_list(),
        "right_id": scored.right.ids.gather(rights).to_list(),
        "probability": np.round(scored.probability[kept], 4),
        "verdict": verdict,
        "reason": _said(scored, options)[pattern],
        "left_name": scored.left.shown.gather(lefts).to_list(),
        "right_name": scored.right.shown.gather(rights).to_list(),
    }
    for at, name in enumerate(options.level_columns):
        columns[name] = scored.patterns.rows[pattern, at]
    return pd.DataFrame(columns, columns=[*CANDIDATE_COLUMNS, *options.level_columns])


def one_each(frame: pd.DataFrame) -> pd.DataFrame:
    """Each left record links once: to the likeliest right one; a further one is shown as its possible duplicate."""
    links = frame[frame["verdict"] == "link"].sort_values(["probability", "right_id"], ascending=[False, True])
    further = links[links.duplicated("left_id")].index
    first = links.drop_duplicates("left_id").set_index("left_id")["right_id"]
    frame.loc[further, "verdict"] = "review"
    told = frame.loc[further, "left_id"].map(first).astype("object")
    frame.loc[further, "reason"] = [
        f"{reason}; {other} links to the same record already: a duplicate?"
        for reason, other in zip(frame.loc[further, "reason"], told, strict=True)
    ]
    return frame


def _said(scored: Scored, options: Options) -> npt.NDArray[np.object_]:
    return np.array(judging.reasons(scored.patterns.rows, options.extra), dtype=object)


def _runners_up(
    scored: Scored, kept: Positions, is_best: npt.NDArray[np.bool_], second: Positions, options: Options
) -> dict[str, Any]:
    """For the best row of each right record: which left came second, and why it was thought of at all."""
    place = np.full(len(scored.right), -1, dtype=np.int64)
    place[scored.right_rows[second]] = second
    at = np.where(is_best, place[scored.right_rows[kept]], -1)
    shown, ids, reasons = np.flatnonzero(at >= 0), np.full(len(kept), None, object), np.full(len(kept), None, object)
    ids[shown] = scored.left.ids.gather(scored.left_rows[at[shown]]).to_list()
    reasons[shown] = _said(scored, options)[scored.patterns.of_pair[at[shown]]]
    return dict(zip(RUNNER_UP, (ids, reasons), strict=True))
