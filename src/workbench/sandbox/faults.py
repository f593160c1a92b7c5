"""What shall go wrong: faults kept in the file, matched by system, method and path, and used up one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.sandbox.state import State
from workbench.sandbox.wire import Request

KINDS: Mapping[str, Mapping[str, Any]] = {
    "expired_session": {},
    "rate_limited": {"retry_after": 1, "form": "seconds"},  # form: seconds, date, none
    "unavailable": {"when": "before"},  # before or after the commit
    "reset": {"when": "before"},  # before the commit, after it, or during the answer
    "read_timeout": {"seconds": 120},  # committed, then silence for so long
    "late_commit": {"seconds": 5},  # reset at once, committed so much later by the sandbox's clock
    "truncated_json": {},
    "html": {},
    "partial_success": {"rows": [0], "code": "UNKNOWN_EXCEPTION", "message": "this row failed because a fault asked"},
    "row_lock": {"rows": [0]},
    "duplicate_delivery": {"answer": "first"},  # or second, as after a proxy that sent it again
    "missing_results": {"rows": [0]},
    "reordered_results": {},
    "quota_exhausted": {},
    "slow_drip": {"seconds": 0.01},  # between two bytes
    "poisoned_row": {"id": ""},  # any list that would show this record fails as a whole
    "pagination_drift": {"change": "remove"},  # or insert: after this page, before the next one
    "codebase_change": {"codebase": "v2026_1"},  # ConnectWise moves to another path from this call on
}
"""Every kind of fault with its options and their defaults."""

_CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("rate_limited", "form"): ("seconds", "date", "none"),
    ("unavailable", "when"): ("before", "after"),
    ("reset", "when"): ("before", "after", "during"),
    ("duplicate_delivery", "answer"): ("first", "second"),
    ("pagination_drift", "change"): ("remove", "insert"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call."""

    kind: str
    options: Mapping[str, Any]


def plan(state: State, wanted: Mapping[str, Any]) -> int:
    """Remember a fault; its number. Raises ValueError that names what cannot be meant.

    `system`, `method` and `path` (a regular expression searched in path and query) choose the calls, each may be left
    out. `skip`: so many matching calls pass first. `times`: how often (default 1; null: always). The rest are options.
    """
    given = dict(wanted)
    kind = str(given.pop("fault", ""))
    if kind not in KINDS:
        raise ValueError(f"there is no fault {kind!r}; known: {', '.join(KINDS)}")
    system, method, path = (str(given.pop(name, "")) for name in ("system", "method", "path"))
    skip, times = given.pop("skip", 0), given.pop("times", 1)
    if not isinstance(skip, int) or not (times is None or isinstance(times, int)):
        raise ValueError("skip and times are whole numbers; times may be null for always")
    unknown = given.keys() - KINDS[kind].keys()
    if unknown:
        raise ValueError(
            f"{kind} has no option {', '.join(sorted(unknown))}; known: {', '.join(KINDS[kind]) or 'none'}"
        )
    for name, value in given.items():
        _judge_option(kind, name, value)
    try:
        re.compile(path)
    except re.error as error:
        raise ValueError(f"path is not a regular expression: {error}") from error
    with state.transaction():
        cursor = state.connection.execute(
            "INSERT INTO fault (system, method, path, kind, options, skip, times) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (system, method.upper(), path, kind, json.dumps({**KINDS[kind], **given}), skip, times),
        )
    return int(cursor.lastrowid or 0)


def _judge_option(kind: str, name: str, value: Any) -> None:
    choices = _CHOICES.get((kind, name))
    if choices and value not in choices:
        raise ValueError(f"{name} of {kind} is one of {', '.join(choices)}")
    if name == "rows" and not (isinstance(value, list) and all(isinstance(row, int) for row in value)):
        raise ValueError("rows is a list of positions, the first is 0, the last -1")
    if name in ("seconds", "retry_after") and not (isinstance(value, int | float) and 0 <= value <= 86_400):
        raise ValueError(f"{name} is a number of seconds up to a day")


def take(state: State, system: str, request: Request) -> Fault | None:
    """The fault for this call, used up; the oldest that matches."""
    query = "SELECT position, path, skip, times, kind, options FROM fault WHERE system IN ('', ?) AND method IN ('', ?)"
    matching = (system, request.method)
    if not state.connection.execute(query, matching).fetchone():
        return None
    with state.transaction():
        for position, path, skip, times, kind, options in state.connection.execute(query, matching).fetchall():
            if not re.search(path, request.target):
                continue
            if skip > 0:
                state.connection.execute("UPDATE fault SET skip = skip - 1 WHERE position = ?", (position,))
                continue
            if times is not None and times <= 1:
                state.connection.execute("DELETE FROM fault WHERE position = ?", (position,))
            elif times is not None:
                state.connection.execute("UPDATE fault SET times = times - 1 WHERE position = ?", (position,))
            return Fault(kind, json.loads(options))
    return None
