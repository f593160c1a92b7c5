"""Street, house number, postcode, city, state, country."""

from __future__ import annotations

import polars as pl

from workbench.core.countries import COUNTRIES
from workbench.core.normalizing.text import closed_up, folded_letters, replace_words, words
from workbench.core.normalizing.words import FLOORS, STATES, STREET_TYPES, STREET_WORDS, UNITS

_UNIT = (
    r"(?:\b(?:suite|ste|apt|appt|apartment|unit|room|rm|bldg|building|bld|penthouse)\b\.?|#)\s*[a-z0-9-]*"
    rf"|\b(?:{'|'.join(UNITS)})\b\.?\s*\d+[a-z]?\b|\b\d+\s*(?:st|nd|rd|th|o|e|er|eme)?\.?\s*(?:{'|'.join(FLOORS)})\b\.?|\b\d+f\b"
)
_COUNTRIES = {folded_letters(name): code.lower() for name, code in COUNTRIES.items()}
_TRAILING_CODE = r"(?:, *|[ ,]+[a-z]{2}[ ,]+)(\d{5})(?:-\d{4})?\s*$"


def street_words(folded: pl.Expr) -> pl.Expr:
    """Number and words of a street without its unit, spelled one way."""
    whole = folded.str.replace_all(r"\bp\.?\s?o\.?\s?box\b", "pobox").str.replace(_TRAILING_CODE, "")
    # A sign at the very beginning stands before the house number itself: #321, Street 128.
    whole = (
        whole.str.strip_chars_start("#")
        .str.replace_all(_UNIT, " ")
        .str.replace_all(r"str(?:asse|\.)?(\s|,|$)", "str$1")
    )
    spelled = replace_words(words(whole), STREET_WORDS)
    # A post box and a street are two ways to the same firm, not two places.
    return pl.when(spelled.str.contains(" pobox ")).then(pl.lit("")).otherwise(spelled)


def street(spelled: pl.Expr) -> pl.Expr:
    """Number and name of a street out of `street_words`: no direction and street type unless nothing else remains."""
    bare = closed_up(replace_words(spelled, dict.fromkeys(STREET_TYPES, "")))
    return pl.when(bare.str.contains("[a-z]")).then(bare).otherwise(closed_up(spelled))


def house_number(plain_street: pl.Expr) -> pl.Expr:
    """The first number of a normalised street that is no ordinal, without its letter."""
    return plain_street.str.extract(r"(?:^| )0*(\d+)[a-z]?(?: |$)", 1).fill_null("")


def numbers(plain_street: pl.Expr) -> pl.Expr:
    """All numbers of a normalised street, sorted: what is left to compare where the scripts differ."""
    return plain_street.str.extract_all(r"\d+").list.sort().list.join(" ")


def street_core(plain_street: pl.Expr) -> pl.Expr:
    """The word that names the street: the first of four letters or more, else the first word."""
    named = plain_street.str.replace_all(r"(?:^| )\d+[a-z]?(?: |$)", " ").str.strip_chars(" ")
    longer = named.str.extract(r"([a-z0-9]{4,})", 1)
    return pl.coalesce(longer, named.str.extract(r"([a-z0-9]+)", 1)).fill_null("")


def postcode(folded: pl.Expr, folded_street: pl.Expr) -> pl.Expr:
    """Letters and digits of a postcode, US codes to five digits; out of a one-line address where there is none."""
    own = folded.str.replace_all("[^a-z0-9]", "")
    found = pl.when(own == "").then(folded_street.str.extract(_TRAILING_CODE, 1).fill_null("")).otherwise(own)
    digits = found.str.contains(r"^\d{3,}$")
    american = found.str.slice(0, 5).str.zfill(5)
    plain = pl.when(digits & (found.str.len_bytes() != 6)).then(american).otherwise(found)
    return plain.str.replace(r"^(?:0*|1+|9+|.{1,2})$", "")


def city(folded: pl.Expr) -> pl.Expr:
    """Letters of a city; Saint and St., Mount and Mt. are one."""
    spelled = replace_words(words(folded), {"saint": "st", "mount": "mt", "fort": "ft", "city": ""})
    joined = spelled.str.replace_all("[^a-z]", "")
    return pl.when(joined == "").then(folded.str.replace_all("[^a-z]", "")).otherwise(joined)


def state(folded: pl.Expr) -> pl.Expr:
    """A state or province by its usual abbreviation."""
    return folded.str.replace_all("[^a-z]", "").replace(STATES)


def country(folded: pl.Expr) -> pl.Expr:
    """A country by its two-letter code; a name that nobody knows says nothing."""
    said = folded.str.replace_all("[^a-z]", "").replace(_COUNTRIES)
    return pl.when(said.str.len_bytes() == 2).then(said).otherwise(pl.lit(""))
