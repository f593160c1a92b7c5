"""Dates in queries: literals such as LAST_N_DAYS:30, and the forms in which dates travel. The org keeps UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from workbench.sandbox.salesforce.refusals import Refused, malformed_query

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
FISCAL = re.compile(r"FISCAL_(QUARTER|YEAR)")
DATETIME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:?\d{2})")


def stamp(moment: datetime) -> str:
    """A moment as it is stored: UTC, milliseconds, comparable as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def wire(stored: str) -> str:
    """A stored moment as an answer writes it: `2026-11-22T03:33:47.000+0000`."""
    return stored.removesuffix("Z") + "+0000" if stored.endswith("Z") else stored


def moment(text: str) -> datetime | None:
    """The moment that the text names, None when it names none."""
    if not DATETIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(text: str) -> date | None:
    """The day that the text names, None when it names none."""
    if not DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def span(literal: str, today: date) -> tuple[date, date]:
    """First day, and first day after, of a date literal; weeks start on Sunday, the fiscal year is the calendar's."""
    name, _, number = literal.upper().partition(":")
    name = FISCAL.sub(r"\1", name)
    if (name.endswith("_AGO") or "_N_" in name) != bool(number):
        raise malformed_query(f"unexpected token: '{literal}'")
    count = int(number or 0)
    try:
        return _named(name, today) if not number else _counted(name, count, today)
    except (OverflowError, ValueError):
        raise Refused("INVALID_FIELD", f"invalid date literal: '{literal}'") from None


def _named(name: str, today: date) -> tuple[date, date]:
    days = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}
    if name in days:
        first = today + timedelta(days[name])
        return first, first + timedelta(1)
    if name == "LAST_90_DAYS":
        return today - timedelta(90), today + timedelta(1)
    if name == "NEXT_90_DAYS":
        return today + timedelta(1), today + timedelta(91)
    which, _, unit = name.partition("_")
    steps = {"LAST": -1, "THIS": 0, "NEXT": 1}
    if which not in steps or unit not in {"WEEK", "MONTH", "QUARTER", "YEAR"}:
        raise malformed_query(f"unexpected token: '{name}'")
    return _start(unit, today, steps[which]), _start(unit, today, steps[which] + 1)


def _counted(name: str, count: int, today: date) -> tuple[date, date]:
    if ago := re.fullmatch(r"N_(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO", name):
        return _start(ago[1], today, -count), _start(ago[1], today, 1 - count)
    found = re.fullmatch(r"(LAST|NEXT)_N_(DAY|WEEK|MONTH|QUARTER|YEAR)S", name)
    if not found:
        raise malformed_query(f"unexpected token: '{name}'")
    which, unit = found.groups()
    if which == "NEXT":
        return _start(unit, today, 1), _start(unit, today, count + 1)
    # Days alone run up to now, today included; weeks and longer end before the current one.
    return _start(unit, today, -count), _start(unit, today, 1 if unit == "DAY" else 0)


def _start(unit: str, today: date, step: int) -> date:
    if unit == "DAY":
        return today + timedelta(step)
    if unit == "WEEK":
        return today - timedelta((today.weekday() + 1) % 7) + timedelta(weeks=step)
    months = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit]
    index = (today.year * 12 + today.month - 1) // months * months + step * months
    return date(index // 12, index % 12 + 1, 1)
