"""What differs between a plan and the one before it, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workbench.model.lines import Promise
from workbench.model.plans import Plan
from workbench.model.rows import Rows
from workbench.model.values import Value


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that one plan would write and the other would not, or would write otherwise."""

    what: Literal["new", "gone", "other value"]
    action: str
    record: str
    field: str
    was: str
    now: str


def differences(plan: Plan, last: Plan) -> Rows[Difference]:
    """What this plan would write that the last one would not, and the other way round; empty when they do the same."""
    now, was = _written(plan), _written(last)
    found = []
    for key in sorted(now.keys() | was.keys()):
        if now.get(key) == was.get(key):
            continue
        what: Literal["new", "gone", "other value"]
        what = "new" if key not in was else "gone" if key not in now else "other value"
        found.append(Difference(what, *key, was.get(key, ""), now.get(key, "")))
    return Rows(found)


def _written(plan: Plan) -> dict[tuple[str, str, str], str]:
    found: dict[tuple[str, str, str], str] = {}
    for line in plan.lines:
        alone = not line.target.id and line.counterpart is None
        record = f"{line.record} {line.name}, line {line.id[:8]}" if alone else line.record
        for name, value in (line.after or {"": None}).items():
            found[line.action, record, name] = _shown(value)
    return found


def _shown(value: Value | Promise) -> str:
    if isinstance(value, Promise):
        return "the id of a created record"
    return "" if value is None else str(value)
