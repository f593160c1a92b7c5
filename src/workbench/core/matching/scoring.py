"""Two tables in, scored pairs out: prepare, pair, compare, weigh."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.core.matching import judging, learning, weighing
from workbench.core.matching.learning import Known
from workbench.core.matching.levels import Block, Levels, levels
from workbench.core.matching.pairing import Pairs, pairs
from workbench.core.matching.preparing import Side, prepare
from workbench.core.matching.weighing import Model, Patterns, Rights
from workbench.errors import UsageError
from workbench.model.ports import Progress

MapBlocks = Callable[[Callable[[Block], Levels], Iterable[Block]], Iterable[Levels]]
"""Applies a pure function to each block, in order: the built-in `map`, or one that spreads blocks over a cluster."""

Rulings = Mapping[tuple[str, str], bool]
"""Left and right id, and whether a person said that the two are the same."""
ENOUGH_RULINGS = 20

BLOCK = 250_000
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

    def __post_init__(self) -> None:
        if self.name_only and self.extra:
            raise UsageError(f"name-only compares names alone; leave out {', '.join(self.extra)}, or the option")

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


def score(
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    options: Options,
    progress: Progress | None = None,
    map_blocks: MapBlocks | None = None,
    rulings: Rulings | None = None,
    within: bool = False,
) -> Scored:
    """Every candidate pair with its evidence and probability; `within` one table, each pair once."""
    if options.name_only:
        left, right = left[["id", "name"]], right[["id", "name"]]
    first, second = prepare(left, right, options.extra, progress)
    left_rows, right_rows = pairs(first, second)
    if within:
        once = left_rows < right_rows
        left_rows, right_rows = left_rows[once], right_rows[once]
    blocks = _blocks(first, second, left_rows, right_rows, apart=map_blocks is not None)
    shown = progress(blocks, total=-(-len(left_rows) // BLOCK), label="comparing") if progress else blocks
    compared = list((map_blocks or map)(levels, shown))
    table = np.concatenate(compared) if compared else np.zeros((0, len(options.level_columns)), dtype=np.int8)
    patterns, rights = Patterns.of(table), Rights.of(right_rows)
    known = _known(first, second, (left_rows, right_rows), rulings) if rulings else None
    model = learning.learn(patterns, rights, len(second), extras=len(options.extra), known=known)
    probability = weighing.probability(model, patterns, rights, left_rows)
    return Scored(first, second, left_rows, right_rows, patterns, rights, model, probability)


def _known(left: Side, right: Side, pairs_seen: Pairs, rulings: Rulings) -> Known | None:
    """The candidate pairs that a person ruled on, where there are enough of them to learn from."""
    named = {record for pair in rulings for record in pair}
    at = [{record: row for row, record in enumerate(side.ids.to_list()) if record in named} for side in (left, right)]
    ruled = {(at[1][b] << 32) + at[0][a]: same for (a, b), same in sorted(rulings.items()) if a in at[0] and b in at[1]}
    numbers = (pairs_seen[1].astype(np.int64) << 32) + pairs_seen[0]
    wanted = np.array(sorted(ruled), dtype=np.int64)
    found = np.flatnonzero(np.isin(numbers, wanted))
    if len(found) < ENOUGH_RULINGS:
        return None
    return Known(found, np.array([float(ruled[number]) for number in numbers[found].tolist()]))


def _blocks(
    left: Side, right: Side, left_rows: npt.NDArray[np.int32], right_rows: npt.NDArray[np.int32], *, apart: bool
) -> Iterable[Block]:
    for start in range(0, len(left_rows), BLOCK):
        block = Block(left, right, left_rows[start : start + BLOCK], right_rows[start : start + BLOCK])
        yield block.alone() if apart else block
