"""Names of organisations and people."""

from __future__ import annotations

import polars as pl

from workbench.core.normalizing.text import closed_up, replace_words, words
from workbench.core.normalizing.words import (
    AMBIGUOUS_FORMS,
    DISTINGUISHING,
    GIVEN_NAMES,
    JOINING_WORDS,
    LEADING_FORMS,
    LEGAL_FORMS,
    NAME_WORDS,
    SECOND_NAME,
)

# Each of these leaves at least one word: a form must follow a word, a joining word must precede one.
_FORM, _PART = "|".join(LEGAL_FORMS), "|".join(AMBIGUOUS_FORMS)
_TRAILING = rf"(?: (?:{_PART}|{_FORM}))* (?:{_FORM})$"
_LEADING = rf"^(?:{'|'.join(LEADING_FORMS)}) "
_JOINING = rf"\b(?:{'|'.join(JOINING_WORDS)}) "


def organisation(folded: pl.Expr) -> pl.Expr:
    """Words of a name in their order: abbreviations written out, legal forms and joining words dropped."""
    return _plain_words(folded.str.replace(rf"([a-z0-9][^a-z0-9]*){SECOND_NAME}.*$", "$1"))


def second_name(folded: pl.Expr) -> pl.Expr:
    """The name behind "doing business as", "formerly" and the like; empty for most."""
    return _plain_words(folded.str.extract(rf"{SECOND_NAME}(.+)$", 1).fill_null(""))


def _plain_words(folded: pl.Expr) -> pl.Expr:
    written_out = closed_up(replace_words(words(folded), NAME_WORDS))
    return written_out.str.replace_all(_JOINING, "").str.replace(_TRAILING, "").str.replace(_LEADING, "")


def sorted_words(name: pl.Expr) -> pl.Expr:
    """The words in alphabetical order, so that word order does not count."""
    return name.str.split(" ").list.sort().list.join(" ")


def despaced(name: pl.Expr) -> pl.Expr:
    """The words without blanks, so that Blue Sky and BlueSky are one."""
    return name.str.replace_all(" ", "", literal=True)


def acronym(name: pl.Expr) -> pl.Expr:
    """The first letters of three or more words; empty for shorter names."""
    return name.str.replace_all(r"\b([a-z0-9])[a-z0-9]* ?", "$1").str.replace("^.{0,2}$", "")


def given_name(name: pl.Expr) -> pl.Expr:
    """The first given name in a name, by the form that stands for all its forms (Bob is robert); empty for most."""
    forms = "|".join(sorted({*GIVEN_NAMES, *GIVEN_NAMES.values()}))
    return name.str.extract(rf"\b({forms})\b", 1).fill_null("").replace(GIVEN_NAMES)


def with_formal_names(name: pl.Expr) -> pl.Expr:
    """The name with each given name in the form that stands for all its forms."""
    spread = pl.concat_str(pl.lit(" "), name.str.replace_all(" ", "  ", literal=True), pl.lit(" "))
    return closed_up(replace_words(spread, GIVEN_NAMES))


def distinguishing(name: pl.Expr) -> pl.Expr:
    """The words that tell near names apart (numbers, East and West, II), sorted; empty when there is none."""
    found = name.str.extract_all(rf"\b(?:\d+|{'|'.join(DISTINGUISHING)})\b")
    return found.list.sort().list.join(" ")
