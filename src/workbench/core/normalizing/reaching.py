"""Phone, e-mail and web addresses: how somebody is reached."""

from __future__ import annotations

import polars as pl

from workbench.core.normalizing.words import FREE_MAIL, ROLES

_NO_PHONE = (
    r"^(?:.{0,6}|\d{0,3}(?:0{7}|1{7}|2{7}|3{7}|4{7}|5{7}|6{7}|7{7}|8{7}|9{7})|1?234567890?|0?123456789|0?987654321)$"
)
_EXTENSION = r"\s*(?:\bext(?:ension)?\b|\bx|;ext=|#)\.?\s*:?\s*\d{1,6}\s*$"
_ROLE = rf"^(?:{'|'.join(ROLES)})[0-9]*@.*$"
_REGISTERED = r"([a-z0-9_-]+\.(?:(?:co|com|org|net|gov|gob|gouv|ac|edu|or|ne|go)\.)?[a-z]{2,})$"


def phone(folded: pl.Expr) -> pl.Expr:
    """Digits of a phone number without extension, trunk zero and country code (the last ten); empty below seven."""
    digits = folded.str.replace(_EXTENSION, "").str.replace_all(r"\(0\)", "").str.replace_all(r"[^0-9]", "")
    return digits.str.strip_chars_start("0").str.slice(-10).str.replace(_NO_PHONE, "")


def area(plain_phone: pl.Expr) -> pl.Expr:
    """The first three of ten digits: the area, or the country and region; empty for a shorter number."""
    return pl.when(plain_phone.str.len_bytes() == 10).then(plain_phone.str.slice(0, 3)).otherwise(pl.lit(""))


def email(folded: pl.Expr) -> pl.Expr:
    """The address inside a mail field ("Jay Jones" <jay@jones.com> included); empty when there is none."""
    return folded.str.extract(r"([a-z0-9._%+'-]+@[a-z0-9.-]+\.[a-z]{2,})", 1).fill_null("")


def personal(plain_email: pl.Expr) -> pl.Expr:
    """An address that belongs to one person or office; empty for info@ and the like, which every branch shares."""
    return plain_email.str.replace(_ROLE, "")


def domain(folded: pl.Expr) -> pl.Expr:
    """The registered domain of a web or mail address; empty for mail providers and platforms."""
    host = folded.str.replace(r"^.*@", "").str.replace(r"^[a-z]+:/*", "").str.replace(r"[/?#:\s].*$", "")
    return host.str.strip_chars(".").str.extract(_REGISTERED, 1).fill_null("").replace(list(FREE_MAIL), "")
