"""Names of organisations and people."""

from __future__ import annotations

import polars as pl

from workbench.core.normalizing.text import closed_up, replace_words, words
from workbench.core.normalizing.words import (
    AMBIGUOUS_FORMS,
    DISTINGUISHING,
    LEADING_FORMS,
    LEGAL_FORMS,
    NAME_WORDS,
    SECOND_NAME,
)

_FORM, _PART = "|".join(LEGAL_FORMS), "|".join(AMBIGUOUS_FORMS)
_TRAILING = rf"(?: (?:{_PART}|{_FORM}))* (?:{_FORM})$"
_LEADING = rf"^(?:{'|'.join(LEADING_FORMS)}) "


def organisation(folded: pl.Expr) -> pl.Expr:
    """Words of a name in their order: abbreviations written out, legal forms and joining words dropped.

    A name made of nothing but legal forms keeps them.
    """
    first = folded.str.replace(rf"{SECOND_NAME}.*$", "").str.strip_chars(" ,;(-")
    kept = pl.when(first == "").then(folded).otherwise(first)
    return _plain_words(kept)


def second_name(folded: pl.Expr) -> pl.Expr:
    """The name behind "doing business as", "formerly" and the like; empty for most."""
    return _plain_words(folded.str.extract(rf"{SECOND_NAME}[\s:]*(.+)$", 1).fill_null("").str.strip_chars(" ,;:)("))


def _plain_words(folded: pl.Expr) -> pl.Expr:
    written_out = closed_up(replace_words(words(folded), NAME_WORDS))
    stripped = written_out.str.replace(_TRAILING, "").str.replace(_LEADING, "")
    bare = pl.when(stripped == "").then(written_out).otherwise(stripped)
    return pl.when(bare == "").then(closed_up(words(folded))).otherwise(bare)


def sorted_words(name: pl.Expr) -> pl.Expr:
    """The words in alphabetical order, so that word order does not count."""
    return name.str.split(" ").list.sort().list.join(" ")


def despaced(name: pl.Expr) -> pl.Expr:
    """The words without blanks, so that Blue Sky and BlueSky are one."""
    return name.str.replace_all(" ", "", literal=True)


def acronym(name: pl.Expr) -> pl.Expr:
    """The first letters of three or more words; empty for shorter names."""
    letters = name.str.replace_all(r"\b([a-z0-9])[a-z0-9]* ?", "$1")
    return pl.when(letters.str.len_bytes() >= 3).then(letters).otherwise(pl.lit(""))


def distinguishing(name: pl.Expr) -> pl.Expr:
    """The words that tell near names apart (numbers, East and West, II), sorted; empty when there is none."""
    found = name.str.extract_all(rf"\b(?:\d+|{'|'.join(DISTINGUISHING)})\b")
    return found.list.sort().list.join(" ")
