"""Which pairs are worth a look: records that share a key, and near names where there are few enough to search all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from workbench.core.matching.preparing import code

Pairs = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]
"""Rows of the left and of the right side, sorted by right row, then by left row; no pair twice."""

MOST_ALIKE = 30
"""A key that more left records share says too little to be worth its pairs."""
SEARCHED = 50_000
"""Up to this many left names, near names are searched among all; above, keys alone find them (measured)."""
NEAREST = 12


def pairs(texts: pl.DataFrame, border: int) -> Pairs:
    """Candidate pairs of the normalised table whose first `border` rows are the left side."""
    side = texts.lazy().with_row_index("row")
    found = [_sharing(side, key, border) for key in _keys()]
    joined = pl.concat(pl.collect_all(found)).unique() if border and border < len(texts) else _NONE
    informative = sum(_filled(texts, name) for name in ("street", "phone_end", "domain", "email", "city", "postcode"))
    if 0 < border < len(texts) and (border <= SEARCHED or informative < 2):
        joined = pl.concat([joined, _near_names(texts["name"], border)]).unique()
    ordered = joined.sort("right", "left")
    return ordered["left"].to_numpy(), ordered["right"].to_numpy()


_NONE = pl.DataFrame({"left": [], "right": []}, schema={"left": pl.Int32, "right": pl.Int32})


def _filled(texts: pl.DataFrame, name: str) -> bool:
    return int((texts[name] != "").sum()) > 0.05 * len(texts)


def _keys() -> Iterator[tuple[pl.Expr, ...]]:
    """Each key: texts that two records must share, all of them filled. A misspelling spares one end of a name."""
    col = pl.col
    first = col("despaced").str.slice(0, 4)
    last = col("despaced").str.slice(-5)
    longer = col("despaced").str.slice(0, 7)
    yield (col("domain"),)
    yield (col("phone_end"),)
    yield (col("email"),)
    yield (col("sorted_name"),)
    yield (col("despaced"),)
    yield (col("postcode"), col("number"))
    yield (col("number"), col("core"))
    yield (col("street"), col("city"))
    yield (col("sorted_name"), col("city"))
    yield (col("sorted_name"), col("state"))
    yield (longer, col("city"))
    yield (longer, col("district"))
    yield (first, col("postcode"))
    yield (last, col("postcode"))
    yield (last, col("city"))
    yield (col("sorted_name").str.slice(0, 10),)
    yield (col("sorted_name").str.slice(-10),)
    yield (col("acronym"), col("city"))


def _sharing(side: pl.LazyFrame, key: tuple[pl.Expr, ...], border: int) -> pl.LazyFrame:
    """Pairs of rows with the same key; keys that too many left records share are left out."""
    filled = pl.all_horizontal(part != "" for part in key)
    hashed = code(pl.concat_str(*key, separator="|"))
    keyed = side.filter(filled).select(pl.col("row").cast(pl.Int32), hashed.alias("key"))
    left = keyed.filter(pl.col("row") < border).filter(pl.len().over("key") <= MOST_ALIKE)
    right = keyed.filter(pl.col("row") >= border)
    met = left.join(right, on="key", suffix="_right")
    return met.select(left="row", right=pl.col("row_right") - border)


def _near_names(names: pl.Series, border: int) -> pl.DataFrame:
    """For each right record the left names that share most of its rare letter triples."""
    from sparse_dot_topn import sp_matmul_topn  # a second to import: only where it is used

    grams = _triples(names)
    best = sp_matmul_topn(grams[border:], grams[:border].T.tocsr(), top_n=NEAREST, threshold=0.25, sort=True).tocoo()
    return pl.DataFrame({"left": best.col.astype(np.int32), "right": best.row.astype(np.int32)})


def _triples(names: pl.Series) -> sparse.csr_matrix:
    """Letter triples of each name weighed by rarity, rows of length one."""
    padded = (" " + names + " ").str.replace_all("[^a-z0-9 ]", "")
    letters = np.frombuffer("".join(padded.to_list()).encode("ascii"), dtype=np.uint8).astype(np.int64)
    lengths = padded.str.len_bytes().to_numpy().astype(np.int64)
    row = np.repeat(np.arange(len(names)), lengths)
    triple = (letters[:-2] * 128 + letters[1:-1]) * 128 + letters[2:]
    inside = row[:-2] == row[2:]
    held, column = np.unique(triple[inside], return_inverse=True)
    counts = sparse.csr_matrix(
        (np.ones(len(column), dtype=np.float32), (row[:-2][inside], column)), shape=(len(names), max(len(held), 1))
    )
    counts.sum_duplicates()
    rarity = 1.0 + np.log(max(len(names), 1) / np.maximum(counts.getnnz(axis=0), 1))
    weighed = counts.multiply(rarity.astype(np.float32)[None, :]).tocsr()
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return (sparse.diags(1.0 / np.maximum(length, 1e-9).astype(np.float32)) @ weighed).tocsr()
