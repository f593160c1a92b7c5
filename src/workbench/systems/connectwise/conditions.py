"""ConnectWise's `conditions` from values: field names allow-listed by their shape, every literal quoted or typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from workbench.errors import UsageError
from workbench.model.values import Value

FIELD = re.compile(r"_?[A-Za-z][A-Za-z0-9]*(/[A-Za-z][A-Za-z0-9]*)?")
"""`name`, `status/id`, `_info/lastUpdated`: all that may stand where a field stands."""

LONGEST = 900
"""Characters of one condition, so that the whole address stays below 2,000 (Developer Guide)."""


def field(name: str) -> str:
    """The name, when it can be one; raises UsageError otherwise."""
    if not FIELD.fullmatch(name):
        raise UsageError(f"{name!r} is no field of ConnectWise; write it as name, status/name or userDefinedField1")
    return name


def literal(value: Value) -> str:
    r"""A value as the conditions grammar writes it: "text", 123, True, null, quotes and backslashes escaped.

    A `[` inside a string is said `[[]`, as the Developer Guide asks. Control characters cannot be said.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, int):
        return str(value)
    if any(ord(character) < 32 for character in value):
        raise UsageError("a value with a control character cannot be looked for in ConnectWise; correct the record")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("[", "[[]")
    return f'"{escaped}"'


def moment(at: datetime) -> str:
    """A moment as `[2026-08-20T18:04:26Z]`."""
    return f"[{at.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}]"


def any_of(name: str, values: Sequence[Value]) -> str:
    """That a field has one of these values."""
    known = [literal(value) for value in values if value is not None]
    parts = [f"{field(name)} = {known[0]}"] if len(known) == 1 else []
    if len(known) > 1:
        parts = [f"{field(name)} in ({','.join(known)})"]
    if None in values:
        parts.append(f"{field(name)} = null")
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def any_member(name: str, values: Iterable[Value]) -> str:
    """That a member of an array has one of these values; `in` does not exist in childConditions."""
    return " OR ".join(f"{field(name)} = {literal(value)}" for value in values)


def all_of(parts: Iterable[str]) -> str:
    """That every part holds."""
    return " AND ".join(parts)
