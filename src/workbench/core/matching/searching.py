"""Find a record by what a person types: for "select another one" (R-MATCH-2)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from workbench.core import normalizing
from workbench.core.matching.preparing import text_column

REACHING = ("phone", "website", "email")
"""Columns in which a typed text finds a record when it is the same phone, domain or address."""


def search(records: pd.DataFrame, text: str, *, limit: int = 20) -> pd.DataFrame:
    """The records of a table (columns as for `match`) that a typed text could mean, likeliest first.

    A text that is a record's id, phone, domain or e-mail address finds it first; else the names count, in any word
    order, parts of a name too. Columns: id, name, likeness from 0 to 100.
    """
    table = pl.DataFrame({name: text_column(records, name) for name in ("id", "name", *REACHING)})
    plain = _plain(table)
    typed = _plain(pl.DataFrame({name: [text] for name in table.columns}))
    likeness = np.asarray(cdist(typed["name"].to_list(), plain["name"].to_list(), scorer=fuzz.token_set_ratio))[0]
    exact = (table["id"] == text.strip()).to_numpy().copy()
    for name in REACHING:
        exact |= ((plain[name] == typed[name][0]) & (plain[name] != "")).to_numpy()
    points = np.where(exact, 100.0, likeness * (likeness >= 50))
    # Of names that contain the typed words all the same, the one without further words comes first.
    whole = np.asarray(cdist(typed["name"].to_list(), plain["name"].to_list(), scorer=fuzz.ratio))[0]
    order = np.lexsort((table["id"].to_numpy(), -whole, -points, ~exact))
    kept = order[points[order] > 0][:limit]
    shown = {"id": table["id"].gather(kept).to_list(), "name": table["name"].gather(kept).to_list()}
    return pd.DataFrame({**shown, "likeness": np.round(points[kept]).astype(int)})


def _plain(table: pl.DataFrame) -> pl.DataFrame:
    folded = table.select(normalizing.fold(pl.all()))
    return folded.select(
        name=normalizing.sorted_words(normalizing.organisation(pl.col("name"))),
        phone=normalizing.phone(pl.col("phone")),
        website=normalizing.domain(pl.col("website")),
        email=normalizing.email(pl.col("email")),
    )
