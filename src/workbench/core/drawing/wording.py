"""Words on a sheet: cleaned of what could mislead, cut to what a reader takes in, broken into lines that fit."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 100
_NARROW = frozenset("iIjlt.,:;'|!()[]{}/\\ fr-")
_WIDE = frozenset("mwMW@%&")


@lru_cache(maxsize=4096)  # the same names stand in boxes, tooltips and tables
def shown(text: str, limit: int = LONGEST) -> str:
    """The text as it may be shown: one line, without control characters or direction overrides, cut with an ellipsis.

    Names come from other people's systems. An override could make one name look like another, and a control
    character has no place in XML.
    """
    if text.isascii() and text.isprintable() and "  " not in text and len(text) <= limit:
        return text.strip()
    kept = "".join(" " if character in "\t\r\n" else character for character in text if _harmless(character))
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _harmless(character: str) -> bool:
    if character in "\t\r\n\u200d":  # the joiner holds an emoji together
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@lru_cache(maxsize=4096)
def text_width(text: str, size: float) -> float:
    """About how wide the text is in a plain sans-serif face of this size; rather too wide than too narrow."""
    return sum(_em(character) for character in text) * size


def _em(character: str) -> float:
    if character in _NARROW:
        return 0.34
    if character in _WIDE:
        return 0.92
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if unicodedata.combining(character):
        return 0.0
    return 0.69 if character.isupper() else 0.58


def wrapped(text: str, width: float, size: float, most: int) -> tuple[str, ...]:
    """The text in at most so many lines of this width; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for word in shown(text).split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size) <= width:
            lines[-1] = joined
            continue
        lines.extend(_pieces(word, width, size))
    if len(lines) > most:
        lines = [*lines[: most - 1], _shortened(" ".join(lines[most - 1 :]), width, size)]
    return tuple(lines)


def _pieces(word: str, width: float, size: float) -> list[str]:
    """A word too long for a line, in pieces that fit."""
    pieces = [""]
    for character in word:
        if pieces[-1] and text_width(pieces[-1] + character, size) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _shortened(text: str, width: float, size: float) -> str:
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """The sorting key under which F2 comes before F10."""
    return tuple((int(piece), "") if piece.isdecimal() else (0, piece) for piece in re.split(r"(\d+)", text) if piece)
