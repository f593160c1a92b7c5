"""What differs between a plan and the one before it, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from workbench.model.lines import Promise
from workbench.model.plans import Plan
from workbench.model.rows import Rows
from workbench.model.values import Value


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that one plan would write and the other would not, or would write otherwise.

    A line that only one of them has is told once, with all its fields and values.
    """

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
        fields, former = now.get(key, {}), was.get(key, {})
        if key not in was:
            found.append(Difference("new", *key, ", ".join(fields), "", "; ".join(fields.values())))
        elif key not in now:
            found.append(Difference("gone", *key, ", ".join(former), "; ".join(former.values()), ""))
        else:
            found += [
                _changed(key, name, former, fields)
                for name in sorted(fields.keys() | former.keys())
                if fields.get(name) != former.get(name)
            ]
    return Rows(found)


def _changed(key: tuple[str, str], name: str, was: Mapping[str, str], now: Mapping[str, str]) -> Difference:
    what: Literal["new", "gone", "other value"]
    what = "new" if name not in was else "gone" if name not in now else "other value"
    return Difference(what, *key, name, was.get(name, ""), now.get(name, ""))


def _written(plan: Plan) -> dict[tuple[str, str], dict[str, str]]:
    """By action and record, the values of each field."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for line in plan.lines:
        alone = not line.target.id and line.counterpart is None
        record = f"{line.record} {line.name}, line {line.id[:8]}" if alone else line.record
        fields = found.setdefault((line.action, record), {})
        fields.update((name, _shown(value)) for name, value in sorted(line.after.items()))
    return found


def _shown(value: Value | Promise) -> str:
    if isinstance(value, Promise):
        return "the id of a created record"
    return "" if value is None else str(value)
