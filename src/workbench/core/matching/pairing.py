"""Which pairs are worth a look: records that share a key, and near names where there are few enough to search all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from workbench.core.matching.preparing import Codes, Side

Pairs = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]
"""Rows of the left and of the right side, sorted by right row, then by left row; no pair twice."""

KEYS = (
    ("domain",), ("phone_end",), ("email",), ("name",), ("despaced",), ("postcode", "number"),
    ("postcode", "numbers"), ("number", "core"), ("street", "city"),
    ("name", "city"), ("name", "state"), ("second", "city"), ("longer_beginning", "city"),
    ("longer_beginning", "district"), ("beginning", "postcode"), ("ending", "postcode"), ("acronym", "city"),
)  # fmt: skip
"""What two records must share, all parts filled, to be compared. A misspelling spares one end of a name."""
WIDE_KEYS = (("ending", "city"), ("sorted_beginning",), ("sorted_ending",), ("longer_beginning",))
"""Keys that bring many pairs and few matches: for tables that hold little besides names."""
CROSS_KEYS = (
    ("second", "name"), ("name", "second"), ("acronym", "despaced"), ("despaced", "acronym"),
    ("mailbox", "domain"), ("domain", "mailbox"), ("mailbox", "mailbox"),
)  # fmt: skip
"""A part of a left record that equals another part of a right one: the used name and the registered one."""

MOST_ALIKE = 30
"""A key that more left records share says too little to be worth its pairs."""
SEARCHED = 20_000
"""Up to this many left names, near names are searched among all; above, keys alone find .999 of the matches (measured)
unless the tables hold little besides names."""
PRODUCTS = 600_000_000
"""Shared triples that a search may count, a few seconds: the commonest are left out beyond that."""
NEAREST = 12


def pairs(left: Side, right: Side) -> Pairs:
    """Candidate pairs of two sides."""
    if not len(left) or not len(right):
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
    bare = sum(_filled(left, name) and _filled(right, name) for name in ("street", "phone_end", "domain", "city")) < 2
    keys = [(key, key) for key in KEYS + (WIDE_KEYS if bare else ())]
    keys += [((first,), (second,)) for first, second in CROSS_KEYS]
    found = [_sharing(_key(left, first), _key(right, second)) for first, second in keys]
    if bare or len(left) <= SEARCHED:
        found.append(_near_names(left.texts["sorted_name"], right.texts["sorted_name"]))
    # One number a pair: a million records have millions of pairs, and this sorts and keeps them in half the room.
    numbers = np.sort(np.concatenate(found))
    numbers = numbers[np.diff(numbers, prepend=-1) != 0]
    return (numbers % (1 << 32)).astype(np.int32), (numbers >> 32).astype(np.int32)


def _filled(side: Side, name: str) -> bool:
    return int(np.count_nonzero(side.codes[name])) > 0.05 * len(side)


def _key(side: Side, parts: tuple[str, ...]) -> Codes:
    key = side.codes[parts[0]]
    for part in parts[1:]:
        joined = key * np.uint64(0x9E3779B97F4A7C15) ^ side.codes[part]
        key = np.where((key != 0) & (side.codes[part] != 0), joined, np.uint64(0))
    return key


def _sharing(left: Codes, right: Codes) -> npt.NDArray[np.int64]:
    """Pairs of rows with the same key, as numbers; keys that too many left records share are left out."""
    first = pl.LazyFrame({"left": np.arange(len(left)), "key": left}).filter(pl.col("key") != 0)
    second = pl.LazyFrame({"right": np.arange(len(right)), "key": right}).filter(pl.col("key") != 0)
    met = first.join(second.select("key").unique(), on="key", how="semi").filter(pl.len().over("key") <= MOST_ALIKE)
    joined = met.join(second, on="key").select((pl.col("right") * (1 << 32) + pl.col("left")).alias("pair")).collect()
    return joined["pair"].to_numpy()


def _near_names(left: pl.Series, right: pl.Series) -> npt.NDArray[np.int64]:
    """For each right record the left names that share most of its rare letter triples."""
    from sparse_dot_topn import sp_matmul_topn  # a second to import: only where it is used

    grams = _triples(pl.concat([left, right]))
    lefts, rights = grams[: len(left)].tocsc(), grams[len(left) :].tocsc()
    products = lefts.getnnz(axis=0).astype(np.int64) * rights.getnnz(axis=0)
    rarest = np.argsort(products, kind="stable")
    kept = np.sort(rarest[np.cumsum(products[rarest]) <= PRODUCTS])
    first, second = lefts[:, kept].T.tocsr(), rights[:, kept].tocsr()
    best = sp_matmul_topn(second, first, top_n=NEAREST, threshold=0.25, sort=True, n_threads=2).tocoo()
    return np.asarray(best.row.astype(np.int64) * (1 << 32) + best.col)


def _triples(names: pl.Series) -> sparse.csr_matrix:
    """Letter triples of each name weighed by rarity, rows of length one."""
    padded = (" " + names + " ").str.replace_all("[^a-z0-9 ]", "")
    letters = np.frombuffer("".join(padded.to_list()).encode("ascii"), dtype=np.uint8).astype(np.int64)
    row = np.repeat(np.arange(len(names)), padded.str.len_bytes().to_numpy().astype(np.int64))
    triple = (letters[:-2] * 128 + letters[1:-1]) * 128 + letters[2:]
    inside = row[:-2] == row[2:]
    held, column = np.unique(triple[inside], return_inverse=True)
    ones = np.ones(len(column), dtype=np.float32)
    counts = sparse.csr_matrix((ones, (row[:-2][inside], column)), shape=(len(names), max(len(held), 1)))
    counts.sum_duplicates()
    rarity = 1.0 + np.log(max(len(names), 1) / np.maximum(counts.getnnz(axis=0), 1))
    weighed = counts.multiply(rarity.astype(np.float32)[None, :]).tocsr()
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return (sparse.diags(1.0 / np.maximum(length, 1e-9).astype(np.float32)) @ weighed).tocsr()
