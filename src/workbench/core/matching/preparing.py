"""Two frames made comparable: every value normalised, counted and coded once, before any pair is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
import pyarrow as pa
from scipy import sparse

from workbench.core import normalizing
from workbench.errors import UsageError
from workbench.model.kinds import EVIDENCE
from workbench.model.ports import Progress

Codes = npt.NDArray[np.uint64]
"""One number a text: equal for equal texts, 0 for a missing one."""

_OWN_TEXT = (
    "despaced formal given acronym marks beginning longer_beginning ending sorted_beginning sorted_ending street core "
    "ordinal number numbers postcode district city state country phone_end area domain mailbox email "
    "name_script street_script city_script"
)
CODED = {"name": "sorted_name", "second": "sorted_second", "phone": "phone_long"} | {
    text: text for text in _OWN_TEXT.split()
}
"""What is compared for equality, by the normalised text that it stands for."""
COMPARED = ("sorted_name", "sorted_second", "formal", "despaced", "street", "city", "label")
"""Texts that are also compared for likeness."""
COUNTED = ("name", "phone_end", "domain", "mailbox", "email")
"""Values of which it counts how many records of the same side share them."""
PLACES = ("city", "state", "country", "postcode", "district")
IDENTIFIERS = ("phone", "phone_end", "domain", "mailbox", "email")
MOST_HOLDERS, MOST_HOLDING = 8, 0.02
"""So many records of a side, and such a share of them, may hold one phone, domain or address before it says
nothing; and no fewer make a place the default of a form."""
ROWS_AT_ONCE, SLICES_AT_ONCE = 100_000, 4


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two tables, sorted by id, one cell a record in every column.

    `codes` (see CODED) are comparable between the sides; `texts` are those of COMPARED and the further columns as
    `extra 0`, …; `counts` are those of COUNTED; `words` holds the weights of a name's words, of length one, rare
    words heavy.
    """

    ids: pl.Series
    shown: pl.Series
    codes: Mapping[str, Codes]
    texts: Mapping[str, pl.Series]
    counts: Mapping[str, npt.NDArray[np.int32]]
    words: sparse.csr_matrix

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: npt.NDArray[np.int64]) -> Side:
        """Some records alone, so that a block of pairs can travel to another machine."""
        return Side(
            self.ids.gather(rows),
            self.shown.gather(rows),
            {name: codes[rows] for name, codes in self.codes.items()},
            {name: texts.gather(rows) for name, texts in self.texts.items()},
            {name: counts[rows] for name, counts in self.counts.items()},
            self.words[rows],
        )


def prepare(
    left: pd.DataFrame, right: pd.DataFrame, extra: Sequence[str] = (), progress: Progress | None = None
) -> tuple[Side, Side]:
    """Both tables as sides; raises UsageError for a missing column or an id that is empty or occurs twice."""
    lefts, rights = _ordered(left, "left", extra), _ordered(right, "right", extra)
    tables = [_normalised(lefts, extra, "left", progress), _normalised(rights, extra, "right", progress)]
    words = _word_weights(pl.concat([table["sorted_name"] for table in tables]))
    telling = (_telling(tables[0], tables[1]), _telling(tables[1], tables[0]))
    first = _side(lefts, telling[0], words[: len(lefts)], len(extra))
    return first, _side(rights, telling[1], words[len(lefts) :], len(extra))


def text_column(frame: pd.DataFrame, name: str) -> pl.Series:
    """A column as text, the empty text where a cell or the whole column is missing."""
    if name not in frame.columns:
        return pl.repeat("", len(frame), dtype=pl.String, eager=True).alias(name)
    cells = frame[name]
    # pandas reads a column of numbers with a gap as decimals: 2115.0 is postcode 2115.
    if pd.api.types.is_float_dtype(cells) and (cells.dropna() % 1 == 0).all():
        cells = cells.astype("Int64")
    return pl.Series(name, pa.array(cells.astype("string[pyarrow]")), dtype=pl.String).fill_null("")


def _ordered(frame: pd.DataFrame, side: str, extra: Sequence[str]) -> pl.DataFrame:
    missing = [column for column in ("id", "name", *extra) if column not in frame.columns]
    if missing:
        known = ", ".join(map(str, frame.columns))
        raise UsageError(f"the {side} table has no column {', '.join(missing)}; it has {known}")
    texts = pl.DataFrame({name: text_column(frame, name) for name in ("id", *EVIDENCE, *extra)})
    if texts["id"].n_unique() != len(texts) or (texts["id"] == "").any():
        raise UsageError(f"every record of the {side} table needs an id of its own; some are empty or occur twice")
    return texts.sort("id")


def _normalised(texts: pl.DataFrame, extra: Sequence[str], side: str, progress: Progress | None) -> pl.DataFrame:
    """Codes (`code …`) and compared texts, some slices of rows at a time: no table of all intermediate texts exists."""
    slices = [_slice(texts, start, extra) for start in range(0, max(len(texts), 1), ROWS_AT_ONCE)]
    parts = [slices[at : at + SLICES_AT_ONCE] for at in range(0, len(slices), SLICES_AT_ONCE)]
    shown = progress(parts, total=len(parts), label=f"normalising, {side}") if progress else parts
    done = [pl.collect_all(part) for part in shown]
    return pl.concat([table for tables in done for table in tables], rechunk=True)


def _slice(texts: pl.DataFrame, start: int, extra: Sequence[str]) -> pl.LazyFrame:
    folded = (
        texts.lazy()
        .slice(start, ROWS_AT_ONCE)
        .select(
            *(normalizing.fold(pl.col(name)) for name in EVIDENCE),
            *(normalizing.fold(pl.col(name)).alias(f"extra {at}") for at, name in enumerate(extra)),
            *(_script(name) for name in ("name", "street", "city")),
        )
    )
    said = folded.with_columns(**_plain()).with_columns(**_whole()).with_columns(**_derived())
    codes = [code(pl.col(text)).alias(f"code {name}") for name, text in CODED.items()]
    return said.select(*codes, *COMPARED, *(f"extra {at}" for at in range(len(extra))))


def _telling(table: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """The table without values that stand for nothing, whatever they are: a form's default, a made-up number.

    A phone, domain or address that very many records of a side hold says nothing about one of them; nor does a place
    that most records of a side hold and no record of the other one.
    """
    nothing = pl.lit(0, dtype=pl.UInt64)
    most = max(MOST_HOLDERS, int(MOST_HOLDING * len(table)))
    common = {name: pl.len().over(name) > most for name in (f"code {name}" for name in IDENTIFIERS)}
    for name in (f"code {name}" for name in PLACES):
        values = table[name].filter(table[name] != 0).value_counts(sort=True).head(1)
        filled = len(table) - (table[name] == 0).sum()
        if len(values) and 2 * values["count"][0] > max(filled, 2 * MOST_HOLDERS):
            default, known = values[name][0], other[name].filter(other[name] != 0)
            if len(known) and default not in known:
                common[name] = pl.col(name) == default
    return table.with_columns(
        pl.when(rows).then(nothing).otherwise(pl.col(name)).alias(name) for name, rows in common.items()
    )


def _script(name: str) -> pl.Expr:
    opaque = normalizing.opaque(pl.col(name))
    return pl.when(opaque).then(pl.lit("opaque")).otherwise(pl.lit("")).alias(f"{name}_script")


def _plain() -> dict[str, pl.Expr]:
    col, site = pl.col, normalizing.domain(pl.col("website"))
    mailbox = normalizing.domain(normalizing.email(col("email")))
    return {
        "name": normalizing.organisation(col("name")),
        "second": normalizing.second_name(col("name")),
        "spelled": normalizing.street_words(col("street")),
        "postcode": normalizing.postcode(col("postcode"), col("street")),
        "city": normalizing.city(col("city")),
        "state": normalizing.state(col("state")),
        "country": normalizing.country(col("country")),
        "phone": normalizing.phone(col("phone")),
        "domain": pl.when(site != "").then(site).otherwise(mailbox),
        "mailbox": pl.when(site == mailbox).then(pl.lit("")).otherwise(mailbox),
        "email": normalizing.personal(normalizing.email(col("email"))),
    }


def _whole() -> dict[str, pl.Expr]:
    return {
        "sorted_name": normalizing.sorted_words(pl.col("name")),
        "formal": normalizing.sorted_words(normalizing.with_formal_names(pl.col("name"))),
        "given": normalizing.given_name(pl.col("name")),
        "sorted_second": normalizing.sorted_words(pl.col("second")),
        "despaced": normalizing.despaced(pl.col("name")),
        "street": normalizing.street(pl.col("spelled")),
    }


def _derived() -> dict[str, pl.Expr]:
    col, despaced, ordered = pl.col, pl.col("despaced"), pl.col("sorted_name")
    long_phone, long_code = col("phone").str.len_bytes() >= 9, col("postcode").str.len_bytes() >= 5
    return {
        "beginning": despaced.str.slice(0, 4),
        "longer_beginning": despaced.str.slice(0, 7),
        "ending": despaced.str.slice(-5),
        "sorted_beginning": ordered.str.slice(0, 10),
        "sorted_ending": ordered.str.slice(-10),
        "acronym": normalizing.acronym(col("name")),
        "marks": normalizing.distinguishing(col("name")),
        "number": normalizing.house_number(col("street")),
        "numbers": normalizing.numbers(col("street")),
        "core": normalizing.street_core(col("street")),
        "ordinal": normalizing.street_core(col("street")).str.extract("^([0-9].*)$", 1).fill_null(""),
        "district": pl.when(long_code).then(col("postcode").str.slice(0, 3)).otherwise(pl.lit("")),
        "area": normalizing.area(col("phone")),
        # Nine digits are the same with and without a country code or a trunk zero; seven are a local number.
        "phone_long": pl.when(long_phone).then(col("phone").str.slice(-9)).otherwise(pl.lit("")),
        "phone_end": col("phone").str.slice(-7),
        "label": col("domain").str.extract(r"^([^.]+)", 1).fill_null(""),
    }


def code(texts: pl.Expr) -> pl.Expr:
    """A number for each text, 0 for the empty one."""
    return pl.when(texts == "").then(pl.lit(0, dtype=pl.UInt64)).otherwise(texts.hash(seed=7))


def _word_weights(names: pl.Series) -> sparse.csr_matrix:
    """One row a name, its words weighed by rarity over both tables, each row of length one."""
    table = pl.DataFrame({"row": np.arange(len(names), dtype=np.int32), "word": names})
    words = table.with_columns(pl.col("word").str.split(" ")).explode("word")
    words = words.filter(pl.col("word").fill_null("") != "").with_columns(pl.col("word").hash(seed=7)).unique()
    words = words.sort("row", "word").with_columns(
        pl.len().over("word").alias("records"), pl.col("word").rank("dense").sub(1).cast(pl.Int32).alias("column")
    )
    rows, columns = words["row"].to_numpy(), words["column"].to_numpy()
    rarity = 1.0 + np.log(max(len(names), 1) / words["records"].to_numpy())
    length = np.sqrt(np.bincount(rows, weights=rarity**2, minlength=len(names)))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(names)))])
    width = int(columns.max()) + 1 if len(columns) else 1
    weights = (rarity / length[rows]).astype(np.float32)
    return sparse.csr_matrix((weights, columns, starts), shape=(len(names), width))


def _side(texts: pl.DataFrame, table: pl.DataFrame, words: sparse.csr_matrix, extras: int) -> Side:
    counts = table.select(pl.len().over(f"code {name}").cast(pl.Int32).alias(name) for name in COUNTED)
    held: Any = {name: table[f"code {name}"].to_numpy() for name in CODED}
    compared = {name: table[name] for name in (*COMPARED, *(f"extra {at}" for at in range(extras)))}
    return Side(texts["id"], texts["name"], held, compared, {name: counts[name].to_numpy() for name in COUNTED}, words)
