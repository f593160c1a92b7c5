"""A plan being run: what running it needs, and the one way to write down what became of its lines."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from datetime import datetime, timedelta

from workbench.core.canonical import Canonicalisers
from workbench.model.integrations import Integration
from workbench.model.journals import JournalEntry, LineState
from workbench.model.lines import Base, Line
from workbench.model.plans import Plan
from workbench.model.ports import CALL_SECONDS, TURN_SECONDS, Clock, Description, System
from workbench.model.values import Value
from workbench.steps.running.calling import Calls
from workbench.steps.running.states import States
from workbench.steps.running.waiting import Waits
from workbench.store import Store
from workbench.store.leases import Lease

LEASE_SECONDS = 600
"""How long a lease is held at a time; renewed with every entry that is written."""

QUIET_SECONDS = 2 * CALL_SECONDS
"""How long after a write of unknown outcome a system may still commit it; only then is it looked for."""


@dataclass
class Batch:
    """Everything that running a plan needs, with how far each line came: `last` are the entries of earlier runs.

    `tries` and `unknown` count, by line, what this run sent again and what stayed without an answer; `stopped` says
    why no more is sent.
    """

    plan: Plan
    integration: Integration
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
    states: States = field(init=False)
    waits: Waits = field(init=False)
    canonicalisers: Canonicalisers = field(init=False)

    def __post_init__(self, last: Mapping[str, JournalEntry]) -> None:
        self.states = States(self.plan.lines, last)
        self.waits = Waits(self.clock)
        self.canonicalisers = Canonicalisers(self.integration)
        for entry in last.values():
            if entry.state in ("intended", "unknown"):
                self.waits.begin(entry.line, QUIET_SECONDS, since=self._sent_by(entry))

    def _sent_by(self, entry: JournalEntry) -> datetime:
        """By when the call of an earlier run had left, or was never to leave: what was intended may wait for its turn.

        A run that gave its lease back had seen its last call end.
        """
        if entry.state == "unknown" or self.lease.abandoned is None:
            return entry.at
        return max(entry.at, self.lease.abandoned - timedelta(seconds=CALL_SECONDS))

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
        before = self.states.reached(line)
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
            self.states.take(entry)

    def may_call(self) -> bool:
        """Whether enough of the lease is left for a call to end within it."""
        return self.clock.now() + timedelta(seconds=TURN_SECONDS + CALL_SECONDS) < self.lease.until

    def system(self, line: Line) -> System:
        """The system that a line writes to."""
        return self.systems[line.target.system]

    def description(self, line: Line) -> Description:
        """What the system of a line says about its kind; asked once a run, before anything is written."""
        return self.described[line.target.system, line.target.kind]
