"""Text that no spreadsheet runs as a formula, and the way back."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")  # full-width formulas too


def formula_safe(text: str) -> str:
    """Text that no spreadsheet runs; an apostrophe that stands there already gets a second one, so it can be undone."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text.startswith(("'", *_FORMULA)) else text


def as_meant(cell: str) -> str:
    """The text out of `formula_safe`."""
    return cell.removeprefix("'")
