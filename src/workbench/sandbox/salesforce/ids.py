"""Record ids of Salesforce: 15 characters that tell case apart, or 18 that do not need to."""

from __future__ import annotations

import re
from functools import lru_cache

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SUFFIX_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
ID = re.compile(r"[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?", re.IGNORECASE)


def suffix(short_id: str) -> str:
    """The three characters that say, for each five, which of them are upper case."""
    return "".join(SUFFIX_ALPHABET[_capitals(short_id[start : start + 5])] for start in (0, 5, 10))


def _capitals(chunk: str) -> int:
    return sum(1 << place for place, character in enumerate(chunk) if "A" <= character <= "Z")


def is_id(text: str) -> bool:
    """Whether the text has the form of an id; an 18 character id must also carry a true suffix."""
    if not ID.fullmatch(text):
        return False
    return len(text) == 15 or text[15:].upper() == suffix(_cased(text))


def long_id(text: str) -> str:
    """The 18 character form; an 18 character id in the wrong case is put right by its suffix."""
    if len(text) == 15:
        return text + suffix(text)
    cased = _cased(text)
    return cased + suffix(cased)


def make_id(prefix: str, number: int) -> str:
    """The 18 character id of the numbered record of the object with this key prefix."""
    high, low = divmod(number, len(_LAST_TWO))
    head, first_two, capitals = _head(prefix, high)
    pair, more = _LAST_TWO[low]
    return head + pair + first_two + SUFFIX_ALPHABET[capitals | more]


_LAST_TWO = tuple((first + second, _capitals(f"   {first}{second}")) for first in ALPHABET for second in ALPHABET)
"""The last two characters of an id and what they add to its suffix: thousands of ids differ in these alone."""


@lru_cache(maxsize=64)
def _head(prefix: str, number: int) -> tuple[str, str, int]:
    """The first 13 characters, the first two of the suffix, and what the head adds to the last one of it."""
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = ALPHABET[digit] + digits
    head = prefix + digits.rjust(10, "0")
    return head, suffix(head)[:2], _capitals(head[10:])


def _cased(text: str) -> str:
    bits = [SUFFIX_ALPHABET.index(character) for character in text[15:].upper()]
    return "".join(
        character.upper() if bits[place // 5] >> (place % 5) & 1 else character.lower()
        for place, character in enumerate(text[:15])
    )
