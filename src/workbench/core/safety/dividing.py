"""What a standing approval covers: lines inside its limits, and the rest for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from workbench.model.approvals import Standing
from workbench.model.lines import Line
from workbench.model.plans import Plan


def divide(plan: Plan, standing: Standing | None, *, now: datetime, spent_today: int = 0) -> tuple[Plan, Plan]:
    """Two child plans: what the standing approval covers, and what waits for a person.

    Lines that depend on each other stay together. Nothing is inside when the rule has ended, the mapping changed, or a
    gate of the whole plan does not hold. `spent_today` is how many lines ran under the rule today already.
    """
    inside: set[str] = set()
    if standing is not None and _in_force(plan, standing, now):
        room = min(standing.per_run, standing.per_day - spent_today, len(plan.lines) * standing.per_cent // 100)
        for family in families(plan.lines):
            if len(family) <= room and all(_covered(line, standing) for line in family):
                inside |= {line.id for line in family}
                room -= len(family)
    kept = tuple(line for line in plan.lines if line.id in inside)
    rest = tuple(line for line in plan.lines if line.id not in inside)
    return (
        replace(plan, lines=kept, held=(), parent=plan.id),
        replace(plan, lines=rest, settled=(), parent=plan.id),
    )


def _in_force(plan: Plan, standing: Standing, now: datetime) -> bool:
    return (
        standing.integration == plan.integration
        and standing.mapping == plan.mapping
        and now < standing.ends_at
        and plan.purpose in ("sync", "notice")
        and all(gate.holds for gate in plan.gates)
    )


def _covered(line: Line, standing: Standing) -> bool:
    if line.action not in standing.actions or line.target.kind not in standing.kinds or line.risk:
        return False
    return not standing.fields or set(line.after) <= set(standing.fields)


def families(lines: Sequence[Line]) -> Iterable[list[Line]]:
    """The lines that depend on each other, together, in the order of the plan."""
    head = {line.id: line.id for line in lines}
    for line in lines:
        for parent in line.depends_on:
            if parent in head:
                _join(head, line.id, parent)
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(_head(head, line.id), []).append(line)
    return found.values()


def _head(head: dict[str, str], line_id: str) -> str:
    while head[line_id] != line_id:
        head[line_id] = head[head[line_id]]
        line_id = head[line_id]
    return line_id


def _join(head: dict[str, str], one: str, another: str) -> None:
    head[_head(head, one)] = _head(head, another)
