"""Two tables in, scored pairs out: prepare, pair, compare, weigh."""

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


def score(
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    options: Options,
    progress: Progress | None = None,
    map_blocks: MapBlocks | None = None,
    within: bool = False,
) -> Scored:
    """Every candidate pair with its evidence and probability; `within` one table, each pair once."""
    if options.name_only:
        left, right = left[["id", "name"]], right[["id", "name"]]
    first, second = prepare(left, right, options.extra)
    left_rows, right_rows = pairs(first, second)
    if within:
        once = left_rows < right_rows
        left_rows, right_rows = left_rows[once], right_rows[once]
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
