"""Write a plan that ran once more, to a fresh sandbox as its seed makes it, and compare what comes of each line."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.core.planning import cited
from workbench.errors import Refused
from workbench.model.integrations import Integration
from workbench.model.journals import TERMINAL, Journal, JournalEntry
from workbench.model.kinds import Kind
from workbench.model.lines import Line, Promise
from workbench.model.plans import Plan
from workbench.model.ports import Clock, System
from workbench.model.rows import Rows
from workbench.settings import Settings
from workbench.steps import connecting, reading, running
from workbench.steps.approving import approve
from workbench.steps.keys import demo_key, demo_person
from workbench.store import Store
from workbench.vault import Vault


@dataclass(frozen=True, slots=True)
class Replayed:
    """How a line ended when the plan ran, how it ends on a fresh sandbox, and which fields were stored otherwise."""

    line: str
    action: str
    name: str
    was: str
    now: str
    same: bool
    other: str


@contextmanager
def fresh_systems(settings: Settings, vault: Vault) -> Iterator[Mapping[str, System]]:
    """The systems of a sandbox that was just made from its seed, for as long as they are needed."""
    with TemporaryDirectory(prefix="workbench-replay-") as folder:
        fresh = connecting.Sandbox(Path(folder) / "sandbox.sqlite", settings.environment)
        try:
            yield connecting.Connections(settings, fresh, vault)
        finally:
            fresh.stop()


def replay(
    plan: Plan,
    journal: Journal,
    integration: Integration,
    kinds: Mapping[str, Kind],
    systems: Mapping[str, System],
    *,
    clock: Clock,
) -> Rows[Replayed]:
    """Run the lines of a plan that is done on `systems`, which nobody used yet; the workbench's own store sees nothing.

    A plan rests on what its records held: one that was made after other runs finds records as the seed makes them, and
    its lines end `stale`. That is told, not hidden. Raises Refused when the plan has not run to its end.
    """
    if not plan.lines or any(entry.state not in TERMINAL for entry in journal.entries):
        raise Refused(f"plan {plan.id} has not run to its end: there is nothing to compare; `workbench run` it first")
    with TemporaryDirectory(prefix="workbench-replay-") as folder:
        store = Store(f"sqlite:///{folder}/replay.db")
        try:
            again = _run_again(plan, integration, kinds, systems, store, clock=clock, keys=Path(folder))
        finally:
            store.close()
    return Rows(_compared(plan, journal, again))


def _run_again(
    plan: Plan,
    integration: Integration,
    kinds: Mapping[str, Kind],
    systems: Mapping[str, System],
    store: Store,
    *,
    clock: Clock,
    keys: Path,
) -> Journal:
    ends = {name: systems[name] for name in integration.pair}
    read = {
        kind: reading.snapshot(ends, kinds, kind, store, clock, integrations=[integration])
        for kind in integration.kinds
    }
    fresh = dataclasses.replace(
        plan,
        instances={name: system.identify().id for name, system in ends.items()},
        snapshots=cited(read),
        parent="",
    )
    store.plans.offer(fresh, clock.now())
    signer = demo_key(keys)
    people = (demo_person(signer),)
    overrides = {gate.name: "replayed" for gate in fresh.gates if not gate.holds}
    approve(fresh, store, signer, clock, people, reason="replayed", overrides=overrides, live=False)
    return running.run(fresh.id, ends, store, clock, people, integration=integration, kinds=kinds, live=False)


def _compared(plan: Plan, journal: Journal, again: Journal) -> Iterator[Replayed]:
    was = {entry.line: entry for entry in journal.entries}
    now = {entry.line: entry for entry in again.entries}
    for line in plan.lines:
        first, second = was[line.id], now[line.id]
        other = _stored_otherwise(line, first, second)
        same = first.state == second.state and not other
        yield Replayed(line.id[:8], line.action, line.name, first.state, second.state, same, ", ".join(other))


def _stored_otherwise(line: Line, was: JournalEntry, now: JournalEntry) -> list[str]:
    """Fields that were read back otherwise; the ids of created records may differ between two worlds."""
    told = (name for name, value in line.after.items() if not isinstance(value, Promise))
    return sorted(name for name in told if was.stored.get(name) != now.stored.get(name))
