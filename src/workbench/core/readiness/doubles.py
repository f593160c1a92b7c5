"""Which records look like the same company: those that share two of name, web domain, phone and postcode."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import pandas as pd
import polars as pl

from workbench.core import normalizing

ALIKE = 2
"""How many of name, web domain, phone and postcode two accounts must share to be told as one company."""

CROWD = 20
"""A value that more accounts than this share tells nothing (a call centre's number, a business park's postcode)."""


def alike(evidence: pd.DataFrame) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Pairs of ids with what they share, for pairs that share enough; columns name, website, phone, postcode."""
    columns = {str(name): evidence[name].tolist() for name in evidence}
    plain = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    folded = plain.with_columns(normalizing.fold(pl.col(name)) for name in plain.columns)
    keys = folded.select(
        normalizing.despaced(normalizing.organisation(pl.col("name"))).alias("name"),
        normalizing.domain(pl.col("website")).alias("web domain"),
        normalizing.phone(pl.col("phone")).alias("phone"),
        normalizing.postcode(pl.col("postcode"), pl.lit("")).alias("postcode"),
    )
    shared: dict[tuple[str, str], list[str]] = {}
    for word in keys.columns:
        groups: dict[str, list[str]] = {}
        for key, value in zip(evidence.index, keys[word].to_list(), strict=True):
            groups.setdefault(value or "", []).append(str(key))
        for value, ids in groups.items():
            if value and 1 < len(ids) <= CROWD:
                for pair in combinations(sorted(ids), 2):
                    shared.setdefault(pair, []).append(word)
    return {pair: tuple(words) for pair, words in shared.items() if len(words) >= ALIKE}
