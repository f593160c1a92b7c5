"""From claim to close: run a plan to its end, or as far as it goes, so that the next run goes on from there."""

from __future__ import annotations

import os
import socket
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import FrameType

from workbench.core import scheduling
from workbench.core.planning import compared
from workbench.errors import Failed, Unavailable
from workbench.jobs.stopping import heard
from workbench.model.integrations import Integration
from workbench.model.journals import TERMINAL, Journal, JournalEntry
from workbench.model.kinds import Kind
from workbench.model.lines import Line
from workbench.model.people import Person
from workbench.model.ports import Clock, Progress, System
from workbench.steps.repairing import DUPLICATES
from workbench.steps.running import ordering
from workbench.steps.running.batch import Batch
from workbench.steps.running.calling import Calls
from workbench.steps.running.claiming import claim, described, probe
from workbench.steps.running.looking import look, read_marked
from workbench.steps.running.verifying import Closing, read_back
from workbench.steps.running.writing import write
from workbench.steps.witnessing import refusals
from workbench.store import Store

NAP_SECONDS = 30
"""How long a run waits at a time, so that one who wants it to stop does not wait for minutes."""


class Stop:
    """Why the run is to stop, if it is: it then ends after the group of lines in hand."""

    def __init__(self) -> None:
        self.why = ""

    def ask(self, _signal: int, _frame: FrameType | None) -> None:
        """Take note of a signal."""
        self.why = "asked to stop"


def run(
    plan_id: str,
    systems: Mapping[str, System],
    store: Store,
    clock: Clock,
    people: Iterable[Person],
    *,
    integration: Integration,
    kinds: Mapping[str, Kind],
    progress: Progress | None = None,
    owner: str = "",
    live: bool,
) -> Journal:
    """Write an approved plan, once; a plan that an earlier run left open is gone on with. Returns its journal.

    The plan stays open when SIGTERM came, its run window ended, a quota was reached or a system went away: the next
    run finishes it. Raises WaitingForApproval, Refused or LockHeld before anything is written, Failed when a person
    interrupts it.
    """
    who = owner or _owner()
    with refusals(store, clock, who, plan_id):
        plan = store.plans.get(plan_id)
        probe(plan, systems)
        seen = described(plan, kinds, systems)
        lease = claim(plan, integration, store, clock, tuple(people), owner=who, live=live, described=seen)
    try:
        with Calls() as calls:
            last = store.journal.last(plan.id)
            mapped = compared(integration, seen)
            batch = Batch(plan, mapped, systems, store, clock, lease, last, described=seen, calls=calls)
            _bring_forward(batch, progress)
    finally:
        # Not before the last call has ended: whoever takes the lease next may then rely on that.
        store.leases.release(lease, clock.now())
    return store.journal.of(plan)


def _bring_forward(batch: Batch, progress: Progress | None) -> None:
    """Work on the lines until none can be brought forward, and close the plan where all are at their end."""
    stop = Stop()
    try:
        with heard(stop.ask):  # the group in hand is finished then
            done = _work(batch, stop, bound=scheduling.within(batch.integration, batch.clock.now()))
            ended: Iterable[JournalEntry] = (entry for entry in done if entry.state in TERMINAL)
            total = len(batch.states.open_lines())
            for _ in progress(ended, total=total, label=batch.integration.name) if progress else ended:
                pass
        _close(batch, stop.why)
    except KeyboardInterrupt:
        raise Failed(f"interrupted: {_far(batch)}") from None
    except Unavailable as error:
        raise type(error)(f"{error}; {_far(batch)}") from error


def _work(batch: Batch, stop: Stop, *, bound: bool) -> Iterator[JournalEntry]:
    """Every journal entry as it is written, until no line can be brought forward.

    A run that is `bound` began within its run window and ends with it; one that a person began outside goes on.

    What was written is compared and closed while the records of the next group are being read, where a system can be
    asked meanwhile.
    """
    closing = Closing()
    while not batch.stopped and (closing.lines or not stop.why):
        if bound and not scheduling.within(batch.integration, batch.clock.now()):
            stop.why = f"its run window {batch.integration.window} ended"
        failed = ordering.blocked(batch)
        batch.record(failed)
        yield from failed
        group = None if stop.why else ordering.next_group(batch, {line.id for line in closing.lines})
        looked = look(batch, group[1]) if group is not None and group[0] != "verify" else None
        closed, closing = closing, Closing()
        yield from closed.close()
        if group is not None and looked is not None:
            entries, closing = write(batch, group[1], looked)
            yield from entries
        elif group is not None:
            closing = read_back(batch, group[1], [batch.states.record_id(line) for line in group[1]])
        elif not closed.lines and not stop.why and not _waited(batch):
            return


def _waited(batch: Batch) -> bool:
    """Whether a line waits only for time; then some of that time has passed. SIGTERM is seen in between."""
    until = ordering.waiting_until(batch)
    if until is None:
        return False
    batch.clock.sleep(min(max((until - batch.clock.now()).total_seconds(), 0), NAP_SECONDS))
    return True


def _close(batch: Batch, why: str) -> None:
    remaining = batch.states.open_lines()
    states = Counter(map(batch.states.of, batch.plan.lines))
    counts = {f"lines {state}": count for state, count in sorted(states.items())}
    duplicates = _duplicates(batch) if not remaining else {}
    now = batch.clock.now()
    with batch.store.writing():
        batch.store.leases.renew(batch.lease, now, 1)
        for line_id, ids in duplicates.items():
            batch.store.audit.record(
                batch.lease.owner, DUPLICATES, batch.plan.id, now, line=line_id, ids=", ".join(ids)
            )
        if remaining:
            batch.store.audit.record(
                batch.lease.owner, "stopped", batch.plan.id, now, why=batch.stopped or why, **counts
            )
            return
        batch.store.plans.move(batch.plan.id, "done", now, "", out_of=("running",))
        batch.store.audit.record(batch.lease.owner, "finished", batch.plan.id, now, **counts)


def _far(batch: Batch) -> str:
    """How far a run came that ends before its plan does, and the command that goes on."""
    whole, plan_id = len(batch.plan.lines), batch.plan.id
    ended = whole - len(batch.states.open_lines())
    return (
        f"{ended} of {whole} lines of plan {plan_id} are done, the others are written down and nothing is sent twice; "
        f"`workbench run {plan_id}` goes on"
    )


def _duplicates(batch: Batch) -> dict[str, list[str]]:
    """Lines whose creation marker more than one record bears: looked for once, when everything is done."""
    places: dict[tuple[str, str], list[Line]] = {}
    for line in batch.plan.lines:
        if line.action == "create" and batch.description(line).marker and batch.states.reached(line) is not None:
            places.setdefault((line.target.system, line.target.kind), []).append(line)
    found: dict[str, list[str]] = {}
    for lines in places.values():
        marked = read_marked(batch, lines)
        found |= {line.id: marked[line.marker] for line in lines if len(marked.get(line.marker, [])) > 1}
    return found


def _owner() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"
