"""Two tables in, candidates out; and the duplicates inside one table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.core.matching.choosing import chosen, pair_frame
from workbench.core.matching.scoring import MapBlocks, Options, Rulings, score
from workbench.model.ports import Progress


def match(
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    options: Options = Options(),  # noqa: B008  # frozen value
    progress: Progress | None = None,
    map_blocks: MapBlocks | None = None,
    rulings: Rulings | None = None,
) -> pd.DataFrame:
    """The best left candidate of each right record, with probability, verdict and reason.

    Both tables have the columns id and name and any of street, city, state, postcode, country, phone, website, email
    (and the `extra` ones). The result has CANDIDATE_COLUMNS, then one level a field (`level_name`, …): one row for
    each right record that has any candidate, and further rows where a person is to choose (verdict `review`).
    `rulings` are what people decided on pairs so far; from twenty of them the weights learn from them too.
    The same for any order of rows; raises UsageError when a column is missing or an id is empty or occurs twice.
    """
    scored = score(left, right, options=options, progress=progress, map_blocks=map_blocks, rulings=rulings)
    return chosen(scored, options)


def duplicates(
    records: pd.DataFrame,
    *,
    options: Options = Options(),  # noqa: B008  # frozen value
    progress: Progress | None = None,
    map_blocks: MapBlocks | None = None,
) -> pd.DataFrame:
    """Pairs of records of one table that seem to be the same, likeliest first; always for a person, never a link.

    Columns as `match` returns them, without a runner-up.
    """
    scored = score(records, records, options=options, progress=progress, map_blocks=map_blocks, within=True)
    likely = np.flatnonzero(scored.probability >= options.review_at)
    order = likely[np.lexsort((scored.left_rows[likely], scored.right_rows[likely], -scored.probability[likely]))]
    return pair_frame(scored, order, np.full(len(order), "review", dtype=object), options)
