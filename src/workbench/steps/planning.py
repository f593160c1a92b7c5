"""Prepare a plan: read, fold the crosswalks, plan, and let it wait for approval."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from workbench.core import linking, safety
from workbench.core.admitting import admitted
from workbench.core.planning import plan as plan_changes
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.lines import Choice
from workbench.model.links import Candidates, Crosswalk
from workbench.model.mappings import Side, other
from workbench.model.plans import Gate, Plan, Purpose
from workbench.model.ports import Clock, Description, System
from workbench.model.records import Snapshots, Where
from workbench.steps import reading, remembering, switching
from workbench.steps.witnessing import kept_rulings, refusals
from workbench.store import Store

SIDES: tuple[Side, Side] = ("left", "right")

Ready = Callable[[Mapping[str, Snapshots]], Gate | None]
"""Says of what was read whether the preparation stands confirmed (R-PREP-3); None where nothing has to be."""


def not_asked(read: Mapping[str, Snapshots]) -> Gate:
    """What a first sync meets when nobody can say whether its preparation was confirmed."""
    return safety.prepared(confirmed=False, because="nobody asked whether it was", blockers=0)


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
    choices: Iterable[Choice] = (),
    parent: str = "",
    over_review: bool = False,
    ready: Ready = not_asked,
) -> Plan:
    """What would bring the systems of an integration into step, stored to wait for approval; nothing is written there.

    Reads what `snapshots` (by kind) does not hold, and matches the records that nobody ruled on: with a candidate they
    are held, without one they are created. Fields found equal on both sides become bases at once. Without a `purpose`
    it is a first sync until the integration has a link; `ready` says whether its preparation was confirmed. `choices`
    are the sides that a person picked in `parent`. A plan that a reviewer made of this very one goes on waiting in its
    place, unless `over_review` says otherwise. Raises Refused when rulings were changed in the database, and while a
    switch of the vendor's that has to be on is off.
    """
    ends = {name: systems[name] for name in integration.pair}
    switching.check(integration, ends)
    read = _read(integration, kinds, ends, store, clock, known=snapshots or {})
    aim: Purpose = purpose or ("sync" if len(store.links.of(integration.name)) else "first sync")
    with refusals(store, clock, author, integration.name):
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
        descriptions=descriptions(integration, kinds, ends),
        rules=remembering.rules(integration, store),
        recent=remembering.written_of_late(integration, store, clock),
        choices={(str(choice.subject), choice.field): choice.side for choice in choices},
        author=author,
        made_at=clock.now(),
    )
    made = _as_people_want(drafting, integration, store)
    asked = ready(read) if aim == "first sync" else None
    gates = (*made.gates, asked) if asked is not None else made.gates
    made = dataclasses.replace(made, gates=gates, choices=tuple(choices), parent=parent)
    return keep(made, store, clock, over_review=over_review)


def _read(
    integration: Integration,
    kinds: Mapping[str, Kind],
    ends: Mapping[str, System],
    store: Store,
    clock: Clock,
    *,
    known: Mapping[str, Snapshots],
) -> dict[str, Snapshots]:
    """Every kind that takes part or is looked into, read now unless it is `known`."""
    wanted = dict.fromkeys((*integration.kinds, *(kind for _, kind in integration.lookups)))
    return {
        kind: known.get(kind) or reading.snapshot(ends, kinds, kind, store, clock, integrations=[integration])
        for kind in wanted
    }


def _as_people_want(drafting: Callable[..., Plan], integration: Integration, store: Store) -> Plan:
    """The drafted plan without what people turned down, each line telling how often a system refused it before."""
    made = drafting()
    turned_down = remembering.turned_down(made, integration, store)
    return remembering.with_history(drafting(rejected=turned_down) if turned_down else made, store)


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
        rulings, links = kept_rulings(name, store), store.links.of(integration.name, name)
        if kind.match_by == "email":
            found[name] = linking.by_email(kind, left, right, found[kind.parent], links, rulings)
        else:
            walk = linking.fold(kind, left, right, rulings, links)
            offered = _offered(integration, kind, read, walk, suggest_for) if suggest_for else None
            found[name] = linking.fold(kind, left, right, rulings, links, offered) if offered is not None else walk
    return found


def keep(made: Plan, store: Store, clock: Clock, *, over_review: bool = False) -> Plan:
    """Let a plan wait for approval, and take what it found settled as agreed. Returns the plan that waits.

    Content that ran before gets that plan as its parent, because a plan runs once: its lines that were rejected come
    back in a plan of its own. When a reviewer made a child of this very plan, the child goes on waiting in its place:
    a schedule that proposes the same again does not undo a review.
    """
    with store.writing():
        while made.lines and store.plans.consumed(made.fingerprint) is not None:
            made = dataclasses.replace(made, parent=made.id)
        store.bases.advance(made.settled)
        reviewed = _reviewed(made, store)
        if reviewed is not None and not over_review:
            return reviewed
        if store.plans.offer(made, clock.now()) == "approved":
            return store.plans.get(made.id)
    return made


def _reviewed(made: Plan, store: Store) -> Plan | None:
    """The waiting plan that a reviewer made of this one, if any."""
    for known in store.plans.known(made.integration, ("waiting", "approved")).where(purpose=made.purpose):
        waiting = store.plans.get(known.id)
        ancestor = waiting.parent
        while ancestor and ancestor != made.id:
            ancestor = store.plans.get(ancestor).parent
        if ancestor:
            return waiting
    return None


def _offered(integration: Integration, kind: Kind, read: Snapshots, walk: Crosswalk, aim: Purpose) -> Candidates | None:
    """What could be the counterpart of each record that is open; None when none is.

    Each open record is compared with the whole other side: a second record of a partner that is linked already has a
    candidate too, and is held instead of being created once more.
    """
    from workbench.core import matching  # the engine takes a while to import: who plans nothing does without

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


def descriptions(
    integration: Integration, kinds: Mapping[str, Kind], systems: Mapping[str, System]
) -> dict[tuple[str, str], Description]:
    """What both ends of an integration say about its kinds, by system and kind."""
    every = (*integration.kinds, *integration.makes)
    places = ((name, kind) for kind in every for name in systems if name in kinds[kind].systems)
    return {(name, kind): systems[name].describe(kind) for name, kind in places}
