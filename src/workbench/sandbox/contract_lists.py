"""Lists of our own contract: filters, paging, watermark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from workbench.sandbox.contract_fields import Field
from workbench.sandbox.contract_refusals import Refusal
from workbench.sandbox.state import Record, State, stamp_of
from workbench.sandbox.tables import POINTERS
from workbench.sandbox.wire import Request

LONGEST_PAGE = 200
_CONTROLS = ("limit", "after", "updatedSince", "includeDeleted")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")

Place = tuple[str, str]
"""System and object."""


def page(state: State, place: Place, visible: Mapping[str, Field], request: Request) -> dict[str, Any]:
    """One page of an object: `items`, `next` (the cursor, None at the end) and `time` (the next watermark)."""
    asked: dict[str, list[str]] = {}
    for name, value in request.query:
        asked.setdefault(name, []).append(value)
    once = {name: _once(name, asked.pop(name)) for name in _CONTROLS if name in asked}
    unknown = [name for name in asked if name not in visible or visible[name].type in ("texts", "items")]
    if unknown:
        raise Refusal(400, "UnknownParameter", f"{place[1]} cannot be filtered by {', '.join(sorted(unknown))}")
    limit = _limit(once.get("limit", "100"))
    time = stamp_of(state.now())  # before the read, so that nothing written meanwhile is behind the watermark
    items: list[dict[str, Any]] = []
    for record in _candidates(state, place, asked, once):
        item = shown(visible, record)
        if all(_text(item[name]) in values for name, values in asked.items()):
            items.append(item)
        if len(items) > limit:
            break
    more = len(items) > limit
    return {"items": items[:limit], "next": items[limit - 1]["id"] if more else None, "time": time}


def _candidates(
    state: State, place: Place, asked: Mapping[str, list[str]], once: Mapping[str, str]
) -> Iterator[Record]:
    known = POINTERS.get(place, ())
    single = (name for name, values in asked.items() if name in known and len(values) == 1 and values[0])
    by = next(((name, asked[name][0]) for name in single), None)
    deleted = {"": False, "false": False, "true": True}.get(once.get("includeDeleted", ""))
    if deleted is None:
        raise Refusal(400, "BadParameter", "includeDeleted is true or false")
    after, since = once.get("after", ""), once.get("updatedSince", "")
    if after and state.get(*place, after) is None:
        raise Refusal(400, "BadCursor", "after is not a cursor of this list; begin again without it")
    if since:
        since = _just_before(since)  # inclusive: what is written in the millisecond of a watermark is not lost
    return state.find(*place, include_deleted=deleted, since=since, after=after, by=by)


def shown(visible: Iterable[str], record: Record) -> dict[str, Any]:
    """A stored record with these fields, absent ones as null."""
    kept = {
        "id": record["@id"],
        "createdAt": record["@created"],
        "updatedAt": record["@modified"],
        "deleted": record["@deleted"],
    }
    return {name: kept[name] if name in kept else record.get(name) for name in visible}


def _once(name: str, values: list[str]) -> str:
    if len(values) > 1:
        raise Refusal(400, "BadParameter", f"{name} was given {len(values)} times")
    return values[0]


def _just_before(stamp: str) -> str:
    if not _STAMP.fullmatch(stamp):
        raise Refusal(400, "BadParameter", "updatedSince is a time like 2026-11-22T10:41:19.123Z")
    try:
        return stamp_of(datetime.fromisoformat(stamp) - timedelta(milliseconds=1))
    except (ValueError, OverflowError) as error:
        raise Refusal(400, "BadParameter", f"updatedSince {stamp} is no time") from error


def _limit(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= LONGEST_PAGE:
        raise Refusal(400, "BadParameter", f"limit is a number from 1 to {LONGEST_PAGE}")
    return int(text)


def _text(value: Any) -> str:
    """A value as a filter writes it: true, false, an empty text for null."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
