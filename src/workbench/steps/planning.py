"""Prepare a plan: read, fold the crosswalks, plan, and let it wait for approval."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pandas as pd

from workbench.core import linking, matching
from workbench.core.admitting import admitted
from workbench.core.planning import plan as plan_changes
from workbench.model.integrations import Integration, Kind, Side, other
from workbench.model.links import Candidates, Crosswalk
from workbench.model.plans import JournalEntry, Line, Plan, Purpose
from workbench.model.ports import Clock, Description, System
from workbench.model.records import Snapshots, Where
from workbench.model.values import fingerprint
from workbench.steps import reading
from workbench.store import Store

SIDES: tuple[Side, Side] = ("left", "right")
OF_LATE = timedelta(days=7)
"""How far back two writers that undo each other are looked for (safe-sync, oscillation breaker)."""


def prepare(
    integration: Integration,
    kinds: Mapping[str, Kind],
    systems: Mapping[str, System],
    store: Store,
    clock: Clock,
    *,
    author: str,
    purpose: Purpose | None = None,
    snapshots: Mapping[str, Snapshots] | None = None,
) -> Plan:
    """What would bring the systems of an integration into step, stored to wait for approval; nothing is written there.

    Reads what `snapshots` (by kind) does not hold, and matches the records that nobody ruled on: with a candidate they
    are held, without one they are created. Fields found equal on both sides become bases at once. Without a `purpose`
    it is a first sync until the integration has a link.
    """
    ends = {name: systems[name] for name in (integration.left, integration.right)}
    read = {
        kind: (snapshots or {}).get(kind)
        or reading.snapshot(ends, kinds, kind, store, clock, integrations=[integration])
        for kind in integration.kinds
    }
    aim: Purpose = purpose or ("sync" if len(store.links.of(integration.name)) else "first sync")
    walks = crosswalks(integration, kinds, read, store, suggest_for=aim)
    drafting = functools.partial(
        plan_changes,
        integration,
        kinds,
        read,
        walks,
        store.bases.of(integration.name),
        purpose=aim,
        instances=_instances(integration, store),
        previous=previous_counts(integration, store),
        descriptions=_descriptions(integration, kinds, ends),
        recent=_written_of_late(integration, store, clock),
        author=author,
        made_at=clock.now(),
    )
    made = drafting()
    turned_down = _turned_down(made, integration, store)
    made = drafting(rejected=turned_down) if turned_down else made
    return keep(with_history(made, store), store, clock)


def crosswalks(
    integration: Integration,
    kinds: Mapping[str, Kind],
    snapshots: Mapping[str, Snapshots],
    store: Store,
    *,
    suggest_for: Purpose | None = None,
) -> dict[str, Crosswalk]:
    """The crosswalk of each kind of an integration, parents first, folded anew over what was read.

    With `suggest_for`, records that nobody ruled on are matched: without a candidate they are to be created.
    """
    found: dict[str, Crosswalk] = {}
    for name in integration.kinds:
        kind, read = kinds[name], snapshots[name]
        left, right = read[integration.left], read[integration.right]
        rulings, links = store.rulings.of(name), store.links.of(integration.name, name)
        if kind.match_by == "email":
            found[name] = linking.by_email(kind, left, right, found[kind.parent], links, rulings)
        else:
            walk = linking.fold(kind, left, right, rulings, links)
            offered = _offered(integration, kind, read, walk, suggest_for) if suggest_for else None
            found[name] = linking.fold(kind, left, right, rulings, links, offered) if offered else walk
    return found


def keep(made: Plan, store: Store, clock: Clock) -> Plan:
    """Let a plan wait for approval, and take what it found settled as agreed. Returns it as it is stored.

    Content that ran before gets that plan as its parent, because a plan runs once: its lines that were rejected come
    back in a plan of its own.
    """
    with store.writing():
        while made.lines and store.plans.consumed(made.fingerprint) is not None:
            made = dataclasses.replace(made, parent=made.id)
        store.bases.advance(made.settled)
        store.plans.offer(made, clock.now())
    return made


def _offered(integration: Integration, kind: Kind, read: Snapshots, walk: Crosswalk, aim: Purpose) -> Candidates | None:
    """What could be the counterpart of each record that is open; None when none is.

    Each open record is compared with the whole other side: a second record of a partner that is linked already has a
    candidate too, and is held instead of being created once more.
    """
    frames = []
    for side in SIDES:
        open_ids = {ref.id for e in walk.entries.where(state="undecided") if (ref := getattr(e, side)) is not None}
        where = integration.pairing(kind.name).admit.get(side, Where())
        own = read[integration.system(side)]
        taking_part = sorted(open_ids & admitted(own, where))
        if taking_part and not (side == "left" and aim == "first sync"):
            narrowed = dataclasses.replace(own, frame=own.frame.loc[taking_part])
            pair = Snapshots(kind.name, [narrowed, read[integration.system(other(side))]])
            frames.append(matching.candidates(pair, integration.left, integration.right, kind=kind).frame)
        elif taking_part:
            # In a first sync every record of the left system needs a person's ruling (R-MATCH-6): none is guessed.
            frames.append(pd.DataFrame({"left_id": taking_part, "right_id": None, "verdict": "review"}))
    return Candidates(kind.name, integration.left, integration.right, pd.concat(frames)) if frames else None


def _instances(integration: Integration, store: Store) -> dict[str, str] | None:
    """The tenants for which the links of this integration were made; None before its first run."""
    last = store.plans.last_run(integration.name)
    return None if last is None else dict(last.instances)


def _written_of_late(integration: Integration, store: Store, clock: Clock) -> list[Plan]:
    """What runs of the last week wrote, without the lines that came to nothing: to notice two writers at odds."""
    ran = store.plans.ran_since(integration.name, clock.now() - OF_LATE)
    written = ((plan, store.journal.last(plan.id)) for plan in ran)
    return [
        dataclasses.replace(plan, lines=tuple(x for x in plan.lines if x.id in last and last[x.id].state == "verified"))
        for plan, last in written
    ]


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


def _turned_down(made: Plan, integration: Integration, store: Store) -> frozenset[str]:
    """Lines that a person rejected, or took back by an undo, and that propose the very same values again."""
    before: set[tuple[str, str]] = set()
    for known in store.plans.known(integration.name, ("rejected", "done")):
        stored = store.plans.get(known.id)
        if known.state == "rejected" or known.purpose == "undo":
            source = stored if known.state == "rejected" else store.plans.get(stored.parent)
            before |= {proposal(line) for line in source.lines}
    return frozenset(line.id for line in made.lines if proposal(line) in before)


def proposal(line: Line) -> tuple[str, str]:
    """What a line proposes: the line and its values. A value that changes makes it another proposal."""
    return line.id, fingerprint(line.after)


def previous_counts(integration: Integration, store: Store) -> dict[str, int]:
    """How many records each end had when the integration was last found in order: what a shrunken read is told by."""
    for known in store.plans.known(integration.name, ("done",)):
        last = store.plans.get(known.id)
        if last.lines or all(gate.holds for gate in last.gates):
            counts = {name: store.snapshots.counted(cited) for name, cited in last.snapshots.items()}
            return {name: count for name, count in counts.items() if count is not None}
    return {}


def _descriptions(
    integration: Integration, kinds: Mapping[str, Kind], systems: Mapping[str, System]
) -> dict[tuple[str, str], Description]:
    places = ((name, kind) for kind in integration.kinds for name in systems if name in kinds[kind].systems)
    return {(name, kind): systems[name].describe(kind) for name, kind in places}
