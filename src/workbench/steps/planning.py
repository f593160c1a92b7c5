"""Prepare a plan: read, fold the crosswalks, plan, and let it wait for approval."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from workbench.core import linking
from workbench.core.planning import plan as plan_changes
from workbench.model.integrations import Integration, Kind
from workbench.model.links import Candidates, Crosswalk
from workbench.model.plans import Plan, Purpose
from workbench.model.ports import Clock, Description, System
from workbench.model.records import Snapshots
from workbench.steps import reading
from workbench.store import Store


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
    candidates: Mapping[str, Candidates] | None = None,
) -> Plan:
    """What would bring the systems of an integration into step, stored to wait for approval; nothing is written there.

    Reads what `snapshots` (by kind) does not hold. Fields found equal on both sides become bases at once. Without a
    `purpose` it is a first sync until the integration has a link.
    """
    ends = {name: systems[name] for name in (integration.left, integration.right)}
    read = {
        kind: (snapshots or {}).get(kind)
        or reading.snapshot(ends, kinds, kind, store, clock, integrations=[integration])
        for kind in integration.kinds
    }
    walks = crosswalks(integration, kinds, read, store, candidates)
    made = plan_changes(
        integration,
        kinds,
        read,
        walks,
        store.bases.of(integration.name),
        purpose=purpose or ("sync" if len(store.links.of(integration.name)) else "first sync"),
        previous=previous_counts(integration, store),
        descriptions=_descriptions(integration, kinds, ends),
        author=author,
        made_at=clock.now(),
    )
    return keep(made, store, clock)


def crosswalks(
    integration: Integration,
    kinds: Mapping[str, Kind],
    snapshots: Mapping[str, Snapshots],
    store: Store,
    candidates: Mapping[str, Candidates] | None = None,
) -> dict[str, Crosswalk]:
    """The crosswalk of each kind of an integration, parents first, folded anew over what was read."""
    found: dict[str, Crosswalk] = {}
    for name in integration.kinds:
        kind, read = kinds[name], snapshots[name]
        left, right = read[integration.left], read[integration.right]
        rulings, links = store.rulings.of(name), store.links.of(integration.name, name)
        if kind.match_by == "email":
            found[name] = linking.by_email(kind, left, right, found[kind.parent], links, rulings)
        else:
            found[name] = linking.fold(kind, left, right, rulings, links, (candidates or {}).get(name))
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
