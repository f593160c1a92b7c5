"""One round of an integration: finish, run what is approved, read and plan anew, run what stands approved, tidy up."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workbench.core import scheduling
from workbench.errors import WaitingForApproval
from workbench.model.integrations import Integration
from workbench.model.journals import Journal
from workbench.model.kinds import Kind
from workbench.model.people import Person
from workbench.model.plans import Plan
from workbench.model.ports import Clock, Progress, System
from workbench.steps import planning, repairing
from workbench.steps.running.claiming import covered
from workbench.steps.running.executing import run
from workbench.store import Store


@dataclass(frozen=True)
class Synced:
    """What a round did: the journals of what ran, the plan that waits for a person (or None), what is held.

    `repair` is the plan that waits besides, where records were created twice.
    """

    integration: str
    ran: tuple[Journal, ...]
    waits: Plan | None
    held: int
    note: str = ""
    repair: Plan | None = None

    def _repr_html_(self) -> str:
        ran = "".join(f"<li>ran: {html.escape(repr(journal)[1:-1])}</li>" for journal in self.ran)
        waits = f"{self.waits.summary()}, as {self.waits.id}" if self.waits is not None else "nothing"
        note = f"<li>{html.escape(self.note)}</li>" if self.note else ""
        last = f"<li>waits for approval: {html.escape(waits)}</li><li>held for a person: {self.held}</li>{note}"
        if self.repair is not None:
            last += (
                f"<li>waits as well, because records were created twice: {html.escape(repr(self.repair)[1:-1])}</li>"
            )
        return f"<ul>{ran or '<li>ran: nothing</li>'}{last}</ul>"

    def __repr__(self) -> str:
        ran = "; ".join(map(repr, self.ran)) or "nothing to run"
        waits = f"{self.waits.summary()} waits as {self.waits.id}" if self.waits is not None else "nothing waits"
        repair = f"; repair waits as {self.repair.id}" if self.repair is not None else ""
        note = f"; {self.note}" if self.note else ""
        return f"<Synced {self.integration}: {ran}; {waits}{repair}; {self.held} held{note}>"


@dataclass(frozen=True)
class _Round:
    integration: Integration
    kinds: Mapping[str, Kind]
    systems: Mapping[str, System]
    store: Store
    clock: Clock
    people: tuple[Person, ...]
    progress: Progress | None
    live: bool

    def run(self, plan_id: str) -> Journal:
        return run(
            plan_id,
            self.systems,
            self.store,
            self.clock,
            self.people,
            integration=self.integration,
            kinds=self.kinds,
            progress=self.progress,
            live=self.live,
        )


def sync(  # noqa: PLR0917  # the order in which every step takes them
    integration: Integration,
    kinds: Mapping[str, Kind],
    systems: Mapping[str, System],
    store: Store,
    clock: Clock,
    people: Iterable[Person],
    *,
    author: str,
    progress: Progress | None = None,
    live: bool,
    ready: planning.Ready = planning.not_asked,
) -> Synced:
    """Finish the open plan, run the approved one, propose a repair of what was created twice, read and plan anew, run
    what a standing approval covers, prune.

    A paused integration, and one that the vendor runs, is read and planned, but nothing is written for it. Outside its
    run window nothing is done at all, and the round stays due.
    """
    began = clock.now()
    if not scheduling.within(integration, began):
        window = f"{integration.window} ({integration.time_zone})"
        return Synced(integration.name, (), None, 0, f"outside the run window {window}; nothing was done")
    around = _Round(integration, kinds, systems, store, clock, tuple(people), progress, live)
    note = _why_not(integration, store)
    ran = [] if note else _unfinished(around)
    open_plan = store.plans.open(integration.name)
    if open_plan is not None:
        return Synced(
            integration.name, tuple(ran), open_plan, len(open_plan.held), note or "the open plan is not done yet"
        )
    repair = repairing.repair(integration, kinds, systems, store, clock, author=author)
    made = planning.prepare(integration, kinds, systems, store, clock, author=author, ready=ready)
    waits: Plan | None = made
    if not note and made.lines and made.purpose == "sync":
        inside, waits = _standing(around, made)
        ran += inside
    store.prune()
    store.rounds.keep(integration.name, began)
    if waits is None or not waits.lines or store.plans.state(waits.id) not in ("waiting", "approved"):
        waits = None
    return Synced(integration.name, tuple(ran), waits, len(made.held), note, repair)


def _why_not(integration: Integration, store: Store) -> str:
    pause = store.pauses.of(integration.name)
    if pause is not None:
        return f"paused by {pause.by}: {pause.reason}"
    return "" if integration.run_by == "workbench" else "the vendor runs it"


def _unfinished(around: _Round) -> list[Journal]:
    """Run the plan that an earlier run left open, then the approved ones; one whose approval expired waits again."""
    store, name, ran = around.store, around.integration.name, []
    open_plan = store.plans.open(name)
    if open_plan is not None:
        ran.append(around.run(open_plan.id))
        if store.plans.open(name) is not None:
            return ran
    for known in reversed(store.plans.known(name, ("approved",))):
        try:
            ran.append(around.run(known.id))
        except WaitingForApproval as reason:
            store.plans.move(known.id, "waiting", around.clock.now(), str(reason), out_of=("approved",))
    return ran


def _standing(around: _Round, made: Plan) -> tuple[list[Journal], Plan | None]:
    """Run the part that a standing approval covers; the rest waits for a person."""
    store, now = around.store, around.clock.now()
    if store.plans.state(made.id) != "waiting":
        return [], made
    part = next(covered(made, store, around.people, now, live=around.live), None)
    if part is None:
        return [], made
    store.plans.offer(part.inside, now)
    note = f"standing approval by {part.approval.by}"
    store.plans.move(part.inside.id, "approved", now, note, out_of=("waiting",))
    journal = around.run(part.inside.id)
    return [journal], planning.keep(part.outside, store, around.clock) if part.outside.lines else None
