"""Two tables in, candidates out: prepare, pair, compare, weigh, judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.core.matching import judging, weighing
from workbench.core.matching.levels import Block, Levels, levels
from workbench.core.matching.pairing import pairs
from workbench.core.matching.preparing import Side, prepare
from workbench.core.matching.weighing import Model, Patterns, Rights
from workbench.model.links import CANDIDATE_COLUMNS
from workbench.model.ports import Progress

MapBlocks = Callable[[Callable[[Block], Levels], Iterable[Block]], Iterable[Levels]]
"""Applies a pure function to each block, in order: the built-in `map`, or one that spreads blocks over a cluster."""

BLOCK = 1_000_000
FIELDS = ("name", "address", "phone", "web")


@dataclass(frozen=True)
class Options:
    """How to match.

    `extra` are further columns of both tables that tell records apart; `one_to_one` lets a left record link once only;
    `name_only` compares names and nothing else, as the vendor's wizard does. A pair links from the probability
    `link_at` upwards when its evidence suffices, and is shown to a person from `review_at` upwards.
    """

    extra: tuple[str, ...] = ()
    one_to_one: bool = False
    name_only: bool = False
    link_at: float = judging.LINK_AT
    review_at: float = judging.REVIEW_AT

    @property
    def level_columns(self) -> tuple[str, ...]:
        """The evidence columns of the result."""
        return tuple(f"level_{name}" for name in (*FIELDS, *self.extra))


@dataclass(frozen=True, eq=False)
class Scored:
    """Everything known about the candidate pairs of two tables, before the best are picked."""

    left: Side
    right: Side
    left_rows: npt.NDArray[np.int32]
    right_rows: npt.NDArray[np.int32]
    patterns: Patterns
    rights: Rights
    model: Model
    probability: npt.NDArray[np.float64]


def match(
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    options: Options = Options(),
    progress: Progress | None = None,
    map_blocks: MapBlocks | None = None,
) -> pd.DataFrame:
    """The best left candidate of each right record, with probability, verdict and reason.

    Both tables have the columns id and name and any of street, city, state, postcode, country, phone, website, email
    (and the `extra` ones). The result has CANDIDATE_COLUMNS, then one level a field (`level_name`, …): one row for
    each right record that has any candidate, and further rows where a person is to choose (verdict `review`).
    The same for any order of rows; raises UsageError when a column is missing or an id is empty or occurs twice.
    """
    scored = score(left, right, options=options, progress=progress, map_blocks=map_blocks)
    return _chosen(scored, options)


def score(
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    options: Options,
    progress: Progress | None = None,
    map_blocks: MapBlocks | None = None,
) -> Scored:
    """Every candidate pair with its evidence and probability."""
    if options.name_only:
        left, right = left[["id", "name"]], right[["id", "name"]]
    first, second = prepare(left, right, options.extra)
    left_rows, right_rows = pairs(first, second)
    blocks = _blocks(first, second, left_rows, right_rows, apart=map_blocks is not None)
    shown = progress(blocks, total=-(-len(left_rows) // BLOCK), label="comparing") if progress else blocks
    compared = list((map_blocks or map)(levels, shown))
    table = np.concatenate(compared) if compared else np.zeros((0, len(options.level_columns)), dtype=np.int8)
    patterns, rights = Patterns.of(table), Rights.of(right_rows)
    model = weighing.learn(patterns, rights, len(second), extras=len(options.extra))
    probability = weighing.probability(model, patterns, rights, left_rows)
    return Scored(first, second, left_rows, right_rows, patterns, rights, model, probability)


def _blocks(
    left: Side, right: Side, left_rows: npt.NDArray[np.int32], right_rows: npt.NDArray[np.int32], *, apart: bool
) -> Iterable[Block]:
    for start in range(0, len(left_rows), BLOCK):
        block = Block(left, right, left_rows[start : start + BLOCK], right_rows[start : start + BLOCK])
        yield block.apart() if apart else block


def _chosen(scored: Scored, options: Options) -> pd.DataFrame:
    """The best row of each right record and further rows for review, in order of right id."""
    probability = scored.probability
    allowed = judging.may_link(scored.patterns.rows)[scored.patterns.of_pair]
    verdict = judging.verdicts(probability, allowed, link_at=options.link_at, review_at=options.review_at)
    best = np.zeros(len(probability), dtype=np.bool_)
    best[_likeliest(probability, scored.rights)] = True
    kept = np.flatnonzero(best | (verdict == "review"))
    # A right record links to one left: what else is probable is no further question.
    linked = np.zeros(len(scored.right), dtype=np.bool_)
    linked[scored.right_rows[best & (verdict == "link")]] = True
    kept = kept[best[kept] | ~linked[scored.right_rows[kept]]]
    kept = kept[np.lexsort((scored.left_rows[kept], -probability[kept], scored.right_rows[kept]))]
    frame = _frame(scored, kept, verdict, options)
    return _one_each(frame) if options.one_to_one else frame


def _likeliest(probability: npt.NDArray[np.float64], rights: Rights) -> npt.NDArray[np.int64]:
    """The pair of each right record with the highest probability; of equal ones that with the first left id."""
    if not len(probability):
        return np.zeros(0, dtype=np.int64)
    highest = np.maximum.reduceat(probability, rights.starts)[rights.of_pair]
    equal = np.flatnonzero(probability == highest)
    return equal[np.flatnonzero(np.diff(rights.of_pair[equal], prepend=-1))]


def _one_each(frame: pd.DataFrame) -> pd.DataFrame:
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


def _frame(
    scored: Scored, kept: npt.NDArray[np.int64], verdict: npt.NDArray[np.object_], options: Options
) -> pd.DataFrame:
    pattern = scored.patterns.of_pair[kept]
    said = np.array(judging.reasons(scored.patterns.rows, options.extra), dtype=object)
    lefts, rights = scored.left_rows[kept], scored.right_rows[kept]
    columns: dict[str, object] = {
        "left_id": scored.left.ids.gather(lefts).to_list(),
        "right_id": scored.right.ids.gather(rights).to_list(),
        "probability": np.round(scored.probability[kept], 4),
        "verdict": verdict[kept],
        "reason": said[pattern] if len(said) else [],
        "left_name": scored.left.shown.gather(lefts).to_list(),
        "right_name": scored.right.shown.gather(rights).to_list(),
    }
    for at, name in enumerate(options.level_columns):
        columns[name] = scored.patterns.rows[pattern, at]
    return pd.DataFrame(columns, columns=[*CANDIDATE_COLUMNS, *options.level_columns])
