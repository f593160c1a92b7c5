"""Prepare a plan: read, fold the crosswalks, plan, and let it wait for approval."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping

import pandas as pd

from workbench.core import linking, matching
from workbench.core.admitting import admitted
from workbench.core.planning import plan as plan_changes
from workbench.model.integrations import Integration, Kind, Side, other
from workbench.model.links import Candidates, Crosswalk
from workbench.model.plans import Plan, Purpose
from workbench.model.ports import Clock, Description, System
from workbench.model.records import Snapshots, Where
from workbench.steps import reading, remembering
from workbench.store import Store

SIDES: tuple[Side, Side] = ("left", "right")


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
        for kind in dict.fromkeys((*integration.kinds, *(kind for _, kind in integration.lookups)))
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
        instances=remembering.instances(integration, store),
        previous=remembering.previous_counts(integration, store),
        descriptions=_descriptions(integration, kinds, ends),
        recent=remembering.written_of_late(integration, store, clock),
        author=author,
        made_at=clock.now(),
    )
    made = drafting()
    turned_down = remembering.turned_down(made, integration, store)
    made = drafting(rejected=turned_down) if turned_down else made
    return keep(remembering.with_history(made, store), store, clock)


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


def _descriptions(
    integration: Integration, kinds: Mapping[str, Kind], systems: Mapping[str, System]
) -> dict[tuple[str, str], Description]:
    places = ((name, kind) for kind in integration.kinds for name in systems if name in kinds[kind].systems)
    return {(name, kind): systems[name].describe(kind) for name, kind in places}
