"""Two frames made comparable: every value normalised, counted and coded once, before any pair is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
import pyarrow as pa
from scipy import sparse

from workbench.core import normalizing
from workbench.errors import UsageError
from workbench.model.integrations import EVIDENCE

Codes = npt.NDArray[np.uint64]
"""One number a text: equal for equal texts, 0 for a missing one."""
Texts = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two tables, sorted by id, as arrays with one cell a record.

    Codes are comparable between the sides; `…_count` says how many records of the same side hold the value.
    `words` has one row a record with the weights of its name's words,
    of length one, rare words heavy.
    """

    ids: Texts
    shown: Texts
    name: Codes
    second: Codes
    sorted_name: Texts
    sorted_second: Texts
    despaced: Texts
    acronym: Codes
    despaced_code: Codes
    marks: Codes
    name_count: npt.NDArray[np.int32]
    words: sparse.csr_matrix
    street: Codes
    street_text: Texts
    core: Codes
    number: Codes
    postcode: Codes
    district: Codes
    city: Codes
    city_text: Texts
    state: Codes
    country: Codes
    phone: Codes
    phone_end: Codes
    area: Codes
    phone_count: npt.NDArray[np.int32]
    domain: Codes
    label: Texts
    domain_count: npt.NDArray[np.int32]
    email: Codes
    email_count: npt.NDArray[np.int32]
    extra: tuple[Texts, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: npt.NDArray[np.int64]) -> Side:
        """Some records alone, so that a block of pairs can travel to another machine."""
        taken: dict[str, Any] = {column.name: getattr(self, column.name) for column in fields(self)}
        for key, cells in taken.items():
            taken[key] = tuple(one[rows] for one in cells) if key == "extra" else cells[rows]
        return Side(**taken)


def prepare(left: pd.DataFrame, right: pd.DataFrame, extra: Sequence[str] = ()) -> tuple[Side, Side, pl.DataFrame]:
    """Both tables as sides, and the table of normalised texts from which keys are made (left records first)."""
    frames = [_texts(frame, side, extra) for frame, side in ((left, "left"), (right, "right"))]
    texts = _normalised(pl.concat(frames), extra)
    border = len(left)
    weights = _word_weights(texts["name"])
    halves = (texts.slice(0, border), weights[:border]), (texts.slice(border), weights[border:])
    first, second = (_side(half, words, len(extra)) for half, words in halves)
    return first, second, texts


def _texts(frame: pd.DataFrame, side: str, extra: Sequence[str]) -> pl.DataFrame:
    missing = [column for column in ("id", "name", *extra) if column not in frame.columns]
    if missing:
        raise UsageError(
            f"the {side} table has no column {', '.join(missing)}; it has {', '.join(map(str, frame.columns))}"
        )
    texts = pl.DataFrame({name: text_column(frame, name) for name in ("id", *EVIDENCE, *extra)})
    if texts["id"].n_unique() != len(texts) or (texts["id"] == "").any():
        raise UsageError(f"every record of the {side} table needs an id of its own; some are empty or occur twice")
    return texts.sort("id")


def text_column(frame: pd.DataFrame, name: str) -> pl.Series:
    """A column as text, the empty text where a cell or the whole column is missing."""
    if name not in frame.columns:
        return pl.repeat("", len(frame), dtype=pl.String, eager=True).alias(name)
    return pl.Series(name, pa.array(frame[name].astype("string[pyarrow]")), dtype=pl.String).fill_null("")


def _normalised(texts: pl.DataFrame, extra: Sequence[str]) -> pl.DataFrame:
    col = pl.col
    folded = texts.with_columns(col("name").alias("shown")).with_columns(
        normalizing.fold(col(name)) for name in (*EVIDENCE, *extra)
    )
    further = {f"extra {at}": col(name) for at, name in enumerate(extra)}
    mail = normalizing.email(col("email"))
    site, post = normalizing.domain(col("website")), normalizing.domain(normalizing.email(col("email")))
    first = folded.select(
        "id",
        "shown",
        name=normalizing.organisation(col("name")),
        second=normalizing.second_name(col("name")),
        street=normalizing.street(col("street")),
        postcode=normalizing.postcode(col("postcode"), col("street")),
        city=normalizing.city(col("city")),
        state=normalizing.state(col("state")),
        country=normalizing.country(col("country")),
        phone=normalizing.phone(col("phone")),
        domain=pl.when(site == "").then(post).otherwise(site),
        email=normalizing.personal(mail),
        **further,
    )
    return first.with_columns(
        sorted_name=normalizing.sorted_words(col("name")),
        sorted_second=normalizing.sorted_words(col("second")),
        despaced=normalizing.despaced(col("name")),
        acronym=normalizing.acronym(col("name")),
        marks=normalizing.distinguishing(col("name")),
        number=normalizing.house_number(col("street")),
        core=normalizing.street_core(col("street")),
        district=pl.when(col("postcode").str.len_bytes() >= 5)
        .then(col("postcode").str.slice(0, 3))
        .otherwise(pl.lit("")),
        area=normalizing.area(col("phone")),
        # Nine digits are the same with and without a country code or a trunk zero; seven are a local number.
        phone_long=pl.when(col("phone").str.len_bytes() >= 9).then(col("phone").str.slice(-9)).otherwise(pl.lit("")),
        phone_end=col("phone").str.slice(-7),
        label=col("domain").str.extract(r"^([^.]+)", 1).fill_null(""),
    )


def code(texts: pl.Expr) -> pl.Expr:
    """A number for each text, 0 for the empty one."""
    return pl.when(texts == "").then(pl.lit(0, dtype=pl.UInt64)).otherwise(texts.hash(seed=7))


def _word_weights(names: pl.Series) -> sparse.csr_matrix:
    """One row a name, its words weighed by rarity over both tables, each row of length one."""
    words = pl.DataFrame({"row": np.arange(len(names)), "word": names}).with_columns(pl.col("word").str.split(" "))
    words = words.explode("word").filter(pl.col("word").fill_null("") != "").unique().sort("row", "word")
    words = words.with_columns(
        pl.len().over("word").alias("records"), pl.col("word").rank("dense").sub(1).alias("column")
    )
    rarity = 1.0 + np.log(max(len(names), 1) / words["records"].to_numpy())
    length = np.sqrt(np.bincount(words["row"].to_numpy(), weights=rarity**2, minlength=len(names)))
    rows = words["row"].to_numpy()
    weights = (rarity / length[rows]).astype(np.float32)
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(names)))])
    columns = words["column"].to_numpy().astype(np.int32)
    width = int(columns.max()) + 1 if len(columns) else 1
    return sparse.csr_matrix((weights, columns, starts), shape=(len(names), width))


def _side(texts: pl.DataFrame, words: sparse.csr_matrix, extras: int) -> Side:
    same_name = "street core number postcode district city state country phone_end area domain email acronym marks"
    coded = {name: name for name in same_name.split()}
    coded |= {"name": "sorted_name", "second": "sorted_second", "despaced_code": "despaced", "phone": "phone_long"}
    counted = {
        "name_count": "sorted_name",
        "phone_count": "phone_end",
        "domain_count": "domain",
        "email_count": "email",
    }
    codes = texts.select(code(pl.col(text)).alias(name) for name, text in coded.items())
    counts = texts.select(pl.len().over(text).cast(pl.Int32).alias(name) for name, text in counted.items())
    return Side(
        ids=_objects(texts["id"]),
        shown=_objects(texts["shown"]),
        sorted_name=_objects(texts["sorted_name"]),
        sorted_second=_objects(texts["sorted_second"]),
        despaced=_objects(texts["despaced"]),
        street_text=_objects(texts["street"]),
        city_text=_objects(texts["city"]),
        label=_objects(texts["label"]),
        words=words,
        extra=tuple(_objects(texts[f"extra {at}"]) for at in range(extras)),
        **{name: codes[name].to_numpy() for name in coded},
        **{name: counts[name].to_numpy() for name in counted},
    )


def _objects(texts: pl.Series) -> Texts:
    return np.array(texts.to_list() or [], dtype=object)
