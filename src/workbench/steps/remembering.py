"""What earlier plans of an integration teach the next one: tenants, counts, refusals, what people turned down."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import timedelta

from workbench.model.integrations import Integration
from workbench.model.journals import JournalEntry
from workbench.model.lines import Line
from workbench.model.plans import Plan
from workbench.model.ports import Clock
from workbench.model.values import fingerprint
from workbench.store import Store
from workbench.store.plans import KnownPlan

OF_LATE = timedelta(days=7)
"""How far back two writers that undo each other are looked for (safe-sync, oscillation breaker)."""


def instances(integration: Integration, store: Store) -> dict[str, str] | None:
    """The tenants for which the links of this integration were made; None before its first run."""
    last = store.plans.last_run(integration.name)
    return None if last is None else dict(last.instances)


def previous_counts(integration: Integration, store: Store) -> dict[str, int]:
    """How many records each end had when the integration was last found in order: what a shrunken read is told by."""
    for known in store.plans.known(integration.name, ("done",)):
        last = store.plans.get(known.id)
        if last.lines or all(gate.holds for gate in last.gates):
            counts = {name: store.snapshots.counted(cited) for name, cited in last.snapshots.items()}
            return {name: count for name, count in counts.items() if count is not None}
    return {}


def rules(integration: Integration, store: Store) -> str:
    """The mapping by which the last run was planned; empty before the first one."""
    last = store.plans.last_run(integration.name)
    return "" if last is None else last.mapping


def written_of_late(integration: Integration, store: Store, clock: Clock) -> list[Plan]:
    """What runs of the last week wrote, without the lines that came to nothing: to notice two writers at odds."""
    ran = store.plans.ran_since(integration.name, clock.now() - OF_LATE)
    written = ((plan, store.journal.last(plan.id)) for plan in ran)
    return [
        dataclasses.replace(plan, lines=tuple(x for x in plan.lines if x.id in last and last[x.id].state == "verified"))
        for plan, last in written
    ]


def latest(known: Sequence[KnownPlan]) -> list[KnownPlan]:
    """Of plans, newest first, the latest one, and the latest sync where that is another: what they hold back stands."""
    syncs = [plan for plan in known if plan.purpose in ("sync", "first sync")]
    return list({plan.id: plan for plan in (*known[:1], *syncs[:1])}.values())


def turned_down(made: Plan, integration: Integration, store: Store) -> frozenset[str]:
    """Lines that a person rejected, or took back by an undo, and that propose the very same values again."""
    before: set[tuple[str, str]] = set()
    for known in store.plans.known(integration.name, ("rejected", "done")):
        stored = store.plans.get(known.id)
        if known.state == "rejected" or known.purpose == "undo":
            source = stored if known.state == "rejected" else store.plans.get(stored.parent)
            before |= {_proposal(line) for line in source.lines}
    return frozenset(line.id for line in made.lines if _proposal(line) in before)


def _proposal(line: Line) -> tuple[str, str]:
    """What a line proposes: the line and its values. A value that changes makes it another proposal."""
    return line.id, fingerprint(line.after)


def with_history(made: Plan, store: Store) -> Plan:
    """The plan, each line that a system refused before saying how often, and why the last time."""
    refused: dict[str, list[JournalEntry]] = {}
    for entry in store.journal.of_lines(line.id for line in made.lines).where(state="rejected"):
        refused.setdefault(entry.line, []).append(entry)
    lines = (
        dataclasses.replace(line, reason=f"{line.reason}; {_refusals(refused[line.id])}")
        if line.id in refused
        else line
        for line in made.lines
    )
    return dataclasses.replace(made, lines=tuple(lines)) if refused else made


def _refusals(entries: Sequence[JournalEntry]) -> str:
    times = "once" if len(entries) == 1 else f"{len(entries)} times"
    return f"refused {times} before, the last time because {entries[-1].cause}"
