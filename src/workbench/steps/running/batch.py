"""A plan being run: what became of each line so far, and the one way to write that down."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from datetime import timedelta
from typing import Literal, NamedTuple

from workbench.core.canonical import same
from workbench.model.integrations import Integration
from workbench.model.journals import TERMINAL, JournalEntry, LineState
from workbench.model.kinds import Kind
from workbench.model.lines import Base, Line, Promise
from workbench.model.mappings import Canonicaliser
from workbench.model.plans import Plan
from workbench.model.ports import Clock, Description, System
from workbench.model.records import MODIFIED, Ref
from workbench.model.values import Value
from workbench.steps.running.calling import Calls
from workbench.steps.running.waiting import Waits
from workbench.store import Store
from workbench.store.leases import Lease

LEASE_SECONDS = 600
"""How long a lease is held at a time; renewed with every entry that is written."""

CALL_SECONDS = 120
"""The longest that one call may take (the clients' time-out for writes): no call starts with less lease left."""

QUIET_SECONDS = 2 * CALL_SECONDS
"""How long after a write of unknown outcome a system may still commit it; only then is it looked for."""

ATTEMPTS = 5
"""How often a line that was surely not executed, or met a row lock, is sent in one run."""

UNKNOWN_ATTEMPTS = 3
"""How often a write may stay unknown in one run before a person has to look."""

RECOVERIES = 10
"""How often a line is sent in all: a line over which every run dies goes to a person, too."""

STANDS: frozenset[LineState] = frozenset({"verified", "differs", "handed over"})
"""States of a line on which lines that depend on it can rest: its record is there."""

Work = Literal["verify", "look", "send"]
"""verify: read back what was written · look: find out what became of a lost answer · send: write."""


class Reached(NamedTuple):
    """How far a line came: what is needed of its last entry. The store keeps the rest, however many lines there are.

    `stamp` is the change stamp of the record as it was read with that entry; None when it was not.
    """

    state: LineState
    attempt: int
    id: str
    stamp: Value


def _reached(entry: JournalEntry) -> Reached:
    return Reached(entry.state, entry.attempt, entry.id, entry.stored.get(MODIFIED))


@dataclass
class Batch:
    """Everything that running a plan needs, with how far each line came: `last` are the entries of earlier runs."""

    plan: Plan
    integration: Integration
    kinds: Mapping[str, Kind]
    systems: Mapping[str, System]
    store: Store
    clock: Clock
    lease: Lease
    last: InitVar[Mapping[str, JournalEntry]]
    described: Mapping[tuple[str, str], Description]
    calls: Calls
    tries: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    stopped: str = ""
    waits: Waits = field(init=False)
    lines: Mapping[str, Line] = field(init=False)
    reached: dict[str, Reached] = field(init=False)
    _open: dict[Work, dict[str, Line]] = field(init=False)
    _beside: dict[Ref, list[str]] = field(default_factory=dict)
    _children: dict[str, list[Line]] = field(default_factory=dict)
    _fallen: list[str] = field(default_factory=list)
    _natives: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    _compared_as: dict[tuple[str, str, str], Canonicaliser] = field(default_factory=dict)

    def __post_init__(self, last: Mapping[str, JournalEntry]) -> None:
        self.lines = {line.id: line for line in self.plan.lines}
        self.reached = {line_id: _reached(entry) for line_id, entry in last.items()}
        self._open = {"verify": {}, "look": {}, "send": {}}
        for line in self.plan.lines:
            self._beside.setdefault(line.target, []).append(line.id)
            for parent in line.depends_on:
                self._children.setdefault(parent, []).append(line)
            self._file(line)
        # A line that rests on one which the plan does not hold can never be written.
        self._fallen += [parent for parent in self._children if parent not in self.lines]
        self.waits = Waits(self.clock)
        for entry in last.values():
            if entry.state in ("intended", "unknown"):
                self.waits.begin(entry.line, QUIET_SECONDS, since=entry.at)

    def state(self, line: Line) -> LineState:
        """What became of a line so far."""
        reached = self.reached.get(line.id)
        return "planned" if reached is None else reached.state

    def open_lines(self) -> list[Line]:
        """The lines that have not come to their end, in the plan's order."""
        return [line for line in self.plan.lines if self.state(line) not in TERMINAL]

    def waiting(self, work: Work) -> Iterable[Line]:
        """The lines for which this is to be done next, in the order in which they came to it."""
        return self._open[work].values()

    def children(self, line_id: str) -> list[Line]:
        """The lines that rest on a line."""
        return self._children.get(line_id, [])

    def fallen(self) -> list[str]:
        """Lines that ended so that others may not rest on them, each told once."""
        told, self._fallen = self._fallen, []
        return told

    def _file(self, line: Line) -> None:
        """Put a line where its state belongs."""
        state = self.state(line)
        for lines in self._open.values():
            lines.pop(line.id, None)
        if state not in TERMINAL:
            work: Work = "verify" if state == "applied" else "look" if state in ("intended", "unknown") else "send"
            self._open[work][line.id] = line
        elif state not in STANDS or state == "handed over":
            self._fallen.append(line.id)

    def entry(
        self,
        line: Line,
        state: LineState,
        *,
        code: str = "",
        cause: str = "",
        remedy: str = "",
        record_id: str = "",
        stored: Mapping[str, Value] | None = None,
    ) -> JournalEntry:
        """The next journal entry of a line; a new attempt begins with `intended`."""
        before = self.reached.get(line.id)
        attempt = (before.attempt if before else 0) + (state == "intended")
        known = record_id or (before.id if before else "") or line.target.id
        now = self.clock.now()
        return JournalEntry(self.plan.id, line.id, state, now, attempt, known, code, cause, remedy, stored or {})

    def record(self, entries: Iterable[JournalEntry], *, bases: Iterable[Base] = ()) -> None:
        """Write down what happened, in one transaction and only while the lease is ours."""
        written = list(entries)
        if not written:
            return
        with self.store.writing():
            now = self.clock.now()
            self.store.leases.renew(self.lease, now, LEASE_SECONDS)
            self.store.journal.add(written)
            self.store.bases.advance(bases)
        self.lease = dataclasses.replace(self.lease, until=now + timedelta(seconds=LEASE_SECONDS))
        for entry in written:
            self.reached[entry.line] = _reached(entry)
            self._file(self.lines[entry.line])

    def may_call(self) -> bool:
        """Whether enough of the lease is left for a call to end within it."""
        return self.clock.now() + timedelta(seconds=CALL_SECONDS) < self.lease.until

    def system(self, line: Line) -> System:
        """The system that a line writes to."""
        return self.systems[line.target.system]

    def description(self, line: Line) -> Description:
        """What the system of a line says about its kind; asked once a run, before anything is written."""
        return self.described[line.target.system, line.target.kind]

    def record_id(self, line: Line) -> str:
        """The id of the record that a line writes to, as far as it is known."""
        reached = self.reached.get(line.id)
        return line.target.id or (reached.id if reached else "")

    def values(self, line: Line) -> dict[str, Value]:
        """What a line writes, its promises filled from the journal."""
        return {
            name: self.reached[value.line].id if isinstance(value, Promise) else value
            for name, value in line.after.items()
        }

    def pair(self, line: Line) -> tuple[Ref, Ref] | None:
        """Left and right record that a line is about, or None when it is about one record alone."""
        counterpart = self._counterpart(line)
        if counterpart is None:
            return None
        target = Ref(line.target.system, line.target.kind, self.record_id(line))
        on_left = self.integration.side(line.target.system) == "left"
        return (target, counterpart) if on_left else (counterpart, target)

    def _counterpart(self, line: Line) -> Ref | None:
        wanted = line.counterpart
        if wanted is None or wanted.id:
            return wanted
        for parent in (self.lines[line_id] for line_id in line.depends_on):
            if (parent.target.system, parent.target.kind) == (wanted.system, wanted.kind):
                return Ref(wanted.system, wanted.kind, self.record_id(parent))
        return None

    def agreed_fields(self, line: Line) -> dict[str, str]:
        """The native fields of a line's record on which both sides agree when it is verified, by the mapping's key."""
        place = line.target.system, line.target.kind
        if place not in self._natives:
            side = self.integration.side(line.target.system)
            mapping = self.integration.pairing(line.target.kind).mapping
            self._natives[place] = {item.key: getattr(item, side) for item in mapping}
        natives = self._natives[place]
        return {key: natives[key] for key in line.agreed if key in natives}

    def same(self, line: Line, name: str, one: Value, another: Value) -> bool:
        """Whether two values of a native field of a line's record mean the same."""
        place = line.target.system, line.target.kind, name
        if place not in self._compared_as:
            side = self.integration.side(line.target.system)
            self._compared_as[place] = self.integration.pairing(line.target.kind).canonicaliser(side, name)
        return same(self._compared_as[place], one, another)

    def own_stamps(self, line: Line) -> set[Value]:
        """Change stamps that this run's own writes left on the record that a line writes to."""
        before = (self.reached.get(other) for other in self._beside.get(line.target, ()))
        return {reached.stamp for reached in before if reached is not None and reached.stamp is not None}
