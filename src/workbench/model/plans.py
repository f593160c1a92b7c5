"""What is to be written, line by line: a plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from html import escape
from typing import Literal

from workbench.model.folded import Group, Part, folded
from workbench.model.lines import Action, Base, Choice, Held, Line, Promise
from workbench.model.rows import Rows
from workbench.model.values import Value, fingerprint_of

FORMAT = 1
"""Version of the plan's format; a plan of another format is refused."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A limit, what was measured against it, and whether it holds. A gate that does not hold stops the plan."""

    name: str
    measured: int
    limit: int
    holds: bool
    message: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What running a plan takes, estimated: calls, seconds, and per cent of the daily quota (0 = no quota known)."""

    calls: int
    seconds: int
    quota_per_cent: int = 0

    def __str__(self) -> str:
        share = f", {self.quota_per_cent} % of the calls that a day allows" if self.quota_per_cent else ""
        return f"{self.calls:,} calls, about {self.seconds:,} s{share}"


Purpose = Literal["sync", "first sync", "undo", "repair", "correction", "promotion", "ticket", "notice"]


@dataclass(frozen=True)
class Plan:
    """Ordered lines that would bring two systems into step. It never changes: an edit makes a child plan.

    The fingerprint covers content only (lines, bases, mapping, rules, instances, format); author, time, tool version
    and estimates lie outside; `shown` covers what a person reads besides. `settled` are fields found equal on both
    sides: they become bases without a write. `choices` are the sides that a person picked before it was planned.
    """

    integration: str
    purpose: Purpose
    lines: tuple[Line, ...]
    held: tuple[Held, ...] = ()
    settled: tuple[Base, ...] = ()
    gates: tuple[Gate, ...] = ()
    mapping: str = ""
    instances: Mapping[str, str] = field(default_factory=dict)
    snapshots: Mapping[str, str] = field(default_factory=dict)
    parent: str = ""
    format: int = FORMAT
    cost: Cost = Cost(0, 0)
    author: str = ""
    made_at: datetime | None = None
    choices: tuple[Choice, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """What an approval signs: the same for the same content, whoever made it and whenever."""
        return fingerprint_of(
            {
                "format": self.format,
                "integration": self.integration,
                "purpose": self.purpose,
                "lines": [line.content() for line in self.lines],
                "mapping": self.mapping,
                "instances": self.instances,
                "gates": [[gate.name, gate.limit] for gate in self.gates],
                "parent": self.parent,
            }
        )

    @cached_property
    def shown(self) -> str:
        """Hash of what a person reads before signing: beside what is written also names, reasons, what is held, gates
        as they were measured, choices, cost, and the sources. The fingerprint leaves these out, because reading anew
        may change them without changing what is written; an approval names both.
        """
        apart = ("settled", "author", "made_at")
        told = (item.name for item in dataclasses.fields(self) if item.name not in apart)
        return fingerprint_of({name: getattr(self, name) for name in told})

    @property
    def id(self) -> str:
        """The first twelve digits of the fingerprint: what people call the plan."""
        return self.fingerprint[:12]

    def line(self, line_id: str) -> Line:
        """The line of this id."""
        return next(line for line in self.lines if line.id == line_id)

    @property
    def counts(self) -> dict[str, int]:
        """How many lines of each action, and how many records are held."""
        counts = {
            action: sum(line.action == action for line in self.lines)
            for action in ("create", "update", "link", "unlink")
        }
        return {**counts, "held": len(self.held)}

    def summary(self) -> str:
        """The plan in one line of words."""
        counts = self.counts
        said = [f"{counts[action]} {action}" for action in ("create", "update", "link", "unlink") if counts[action]]
        held = [f"{counts['held']} held for review"] if counts["held"] else []
        return ", ".join([*(said or ["0 changes"]), *held]) if said or held else "0 changes: everything is in step"

    def changes(self) -> Rows[Change]:
        """Every changed field of every line, before and after: the table that a person reads."""
        return Rows(change for line in self.lines for change in _changes(line))

    def __repr__(self) -> str:
        return f"<Plan {self.integration}: {self.summary()} · {self.id}>"

    def _repr_html_(self) -> str:
        stopped = "".join(
            f"<p><b>Stopped by {escape(g.name)}</b>: {escape(g.message)}</p>" for g in self.gates if not g.holds
        )
        said = f"{self.integration}, {self.purpose}: {self.summary()} · {self.id} · {self.cost}"
        return f"<p>{escape(said)}</p>{stopped}{folded([*_gate_parts(self), *_held_parts(self), *_parts(self)])}"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one line, before and after."""

    line: str
    action: Action
    record: str
    name: str
    field: str
    before: str
    after: str
    reason: str


def _changes(line: Line) -> list[Change]:
    fields = [*line.after] or [""]
    record = str(line.target) if line.target.id else f"{line.target.system}:{line.target.kind} (new)"
    return [
        Change(
            line.id[:8],
            line.action,
            record,
            line.name,
            name,
            _shown(line.before.get(name)),
            _shown(line.after.get(name)),
            line.reason,
        )
        for name in fields
    ]


def _shown(value: Value | Promise) -> str:
    return "" if value is None else str(value)


def _parts(plan: Plan) -> list[Part]:
    """What is written, by action, kind and system; each record under its name, with its reason once."""
    numbers = {line.id: line.id[:8] for line in plan.lines}
    found: dict[tuple[str, str, str], list[Group]] = {}
    for line in plan.lines:
        waits = ", ".join(numbers[parent] for parent in line.depends_on if parent in numbers)
        said = (
            line.reason,
            f"look twice: {', '.join(line.risk)}" if line.risk else "",
            f"after line {waits}" if waits else "",
        )
        rows = tuple((name, _shown(line.before.get(name)), _shown(value)) for name, value in line.after.items())
        place = (line.action, line.target.kind, line.target.system)
        found.setdefault(place, []).append(Group(f"{line.name} · {line.record} · line {line.id[:8]}", said, rows))
    return [
        Part(f"{action} {kind} in {system}: {len(groups):,}", ("field", "before", "after"), groups)
        for (action, kind, system), groups in found.items()
    ]


def _held_parts(plan: Plan) -> list[Part]:
    """What waits for a person, by why; the next step is the same for all of one sort, so it is said once."""
    found: dict[tuple[str, str], list[Group]] = {}
    for item in plan.held:
        rows = ((item.field, _shown(item.left), _shown(item.right)),) if item.field else ()
        found.setdefault((item.code, item.remedy), []).append(Group(str(item.subject), (item.reason,), rows))
    return [
        Part(f"held, {code}: {len(groups):,} ({remedy})", ("field", "left", "right"), groups)
        for (code, remedy), groups in found.items()
    ]


def _gate_parts(plan: Plan) -> list[Part]:
    rows = tuple((gate.name, "holds" if gate.holds else "STOPS", gate.message) for gate in plan.gates)
    holding = sum(gate.holds for gate in plan.gates)
    title = f"gates: {holding} of {len(rows)} hold"
    measured = ("gate", "", "what was measured")
    return [Part(title, measured, [Group("", (), rows)], aside=holding == len(rows))] if rows else []


PlanState = Literal["waiting", "approved", "running", "done", "superseded", "rejected"]
"""waiting → approved → running → done | superseded | rejected; an expired or revoked approval leads back to waiting."""
