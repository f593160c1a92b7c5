"""Any script to small Latin letters, and word-wise replacement."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from anyascii import anyascii

NOTHING = (
    "n/a", "na", "n.a.", "n.a", "none", "null", "nil", "nan", "unknown", "tbd", "tba", "test", "x", "xx",
    "xxx", "-", "--", "---", ".", "..", "...", "?", "??", "???", "_", "/", "*",
)  # fmt: skip
"""What people type where they have nothing to say."""

LONGEST = 300
"""Characters of a value that count: what differs only behind them is the same, and a huge cell costs nothing."""


def fold(text: pl.Expr) -> pl.Expr:
    """Lower-case ASCII of any script (Müller, МЮЛЛЕР and muller are one); missing becomes the empty text."""
    cut = text.cast(pl.String).fill_null("").str.slice(0, LONGEST)
    folded = cut.map_batches(_to_ascii, return_dtype=pl.String).str.to_lowercase().str.strip_chars()
    return folded.replace(list(NOTHING), "")


def _to_ascii(cells: pl.Series) -> pl.Series:
    foreign = cells.str.contains(r"[^\x00-\x7F]").arg_true()
    if foreign.is_empty():
        return cells
    # Signs that are words are written apart, or 王伟 would be one word and never meet Wei Wang.
    apart = cells.gather(foreign).str.replace_all(r"(\p{Han}|\p{Hangul})", " $1 ")
    return cells.clone().scatter(foreign, [anyascii(cell)[: 2 * LONGEST] for cell in apart.to_list()])


def folded_letters(text: str) -> str:
    """The letters of one text as `fold` writes them."""
    return "".join(sign for sign in anyascii(text).lower() if "a" <= sign <= "z")


def opaque(text: pl.Expr) -> pl.Expr:
    """Whether the Latin spelling of a text is anybody's guess: 東京 is Tokyo, and would be spelled Dong Jing."""
    return text.cast(pl.String).fill_null("").str.contains(r"[^\p{Latin}\p{Cyrillic}\p{Greek}\p{Common}\p{Inherited}]")


def words(folded: pl.Expr) -> pl.Expr:
    """Words with two blanks between and one around, so that `replace_words` sees each word whole."""
    # The letters of L.L.C. and of O'Hare belong together, those of St.Mary do not.
    joined = folded.str.replace_all(r"\b([a-z])\.", "$1").str.replace_all(r"['`]", "").str.replace_all("[&+]", " and ")
    spread = joined.str.replace_all("[^a-z0-9]+", "  ")
    return pl.concat_str(pl.lit(" "), spread, pl.lit(" "))


def replace_words(spread: pl.Expr, meaning: Mapping[str, str]) -> pl.Expr:
    """Each whole word replaced by its meaning, in text written by `words`."""
    return spread.str.replace_many({f" {word} ": f" {said} " for word, said in meaning.items()}, leftmost=True)


def closed_up(spread: pl.Expr) -> pl.Expr:
    """Single blanks between words, none around."""
    return spread.str.replace_all(" +", " ").str.strip_chars(" ")
