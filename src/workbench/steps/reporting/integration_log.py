"""The Integration Log: what did not happen, why, and what to do about it (R-SYNC-3)."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from workbench.core.formulas import formula_safe
from workbench.errors import UnknownName
from workbench.model.journals import Journal, JournalEntry
from workbench.model.plans import Plan
from workbench.model.ports import Clock
from workbench.model.records import Ref
from workbench.model.rows import Address, Rows
from workbench.steps import remembering
from workbench.steps.repairing import DUPLICATES, settled
from workbench.steps.reporting.naming import Addressing, Naming, nameless, placeless
from workbench.store import Store
from workbench.store.acknowledgements import Acknowledgement

GOOD = ("planned", "verified", "handed over")
PLANS = 50
"""How many of the latest plans of each integration the log goes back."""

NOTABLE = (DUPLICATES, "stopped")
"""Audit events that a person has to see."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """Something that did not happen, or that a person has to decide.

    `what` is the state in which a line ended, or `held`, or an event of a run; `open` says that it still stands: the
    line was not written since. `acknowledged` names who took note, `link` is where people open the record.
    """

    id: str
    at: datetime
    integration: str
    plan: str
    record: str
    name: str
    what: str
    code: str
    cause: str
    remedy: str
    open: bool
    acknowledged: str = ""
    note: str = ""
    link: Address = Address()


def log(
    store: Store,
    integration: str = "",
    search: str = "",
    *,
    name_of: Naming = nameless,
    address_of: Addressing = placeless,
) -> Rows[LogEntry]:
    """Every failure, exception and event of the latest plans, newest first; `.count(by="cause")` groups them.

    With `search`, those alone that hold the text anywhere, in capitals or not. A held record gets its name from
    `name_of`; a line has its own. `address_of` says where people open a record.
    """
    seen = {made.entry: made for made in store.acknowledgements.all()}
    found: list[LogEntry] = []
    names = dict.fromkeys(known.integration for known in store.plans.known(integration))
    for name in names:
        known = store.plans.known(name)[:PLANS]
        plans = [store.plans.get(item.id) for item in known]
        found += _failures(store, plans, address_of)
        for latest in remembering.latest(known):
            found += _held(store.plans.get(latest.id), latest.changed_at, name_of, address_of)
        found += _events(store, plans)
    told = (_acknowledged(entry, seen.get(entry.id)) for entry in found)
    kept = (entry for entry in told if search.casefold() in _text(entry))
    return Rows(sorted(kept, key=lambda entry: (entry.at, entry.id), reverse=True))


def acknowledge(store: Store, clock: Clock, by: str, entry: str, note: str = "") -> Acknowledgement:
    """Take note of a log entry; raises UnknownName when there is none of this id."""
    known = [item.id for item in log(store)]
    if entry not in known:
        raise UnknownName("entry of the Integration Log", entry, known)
    made = Acknowledgement(entry, by, clock.now(), note)
    store.acknowledgements.add(made)
    return made


def last_journal(integration: str, store: Store) -> Journal | None:
    """What became of each line of the integration's last run, or None when nothing ran yet."""
    last = store.plans.last_run(integration)
    return None if last is None else store.journal.of(last)


def as_csv(journal: Journal) -> tuple[str, str]:
    """`success.csv` and `error.csv` of a run: a row a line, safe to open in a spreadsheet."""
    columns = ("line", "action", "record", "name", "state", "code", "cause", "remedy")
    buffers = {True: io.StringIO(newline=""), False: io.StringIO(newline="")}
    writers = {good: csv.writer(buffer) for good, buffer in buffers.items()}
    for writer in writers.values():
        writer.writerow(columns)
    lines = {line.id: line for line in journal.plan.lines}
    for entry in journal.entries:
        line = lines[entry.line]
        record = str(Ref(line.target.system, line.target.kind, entry.id or line.target.id))
        row = (line.id, line.action, record, line.name, entry.state, entry.code, entry.cause, entry.remedy)
        writers[entry.state in GOOD].writerow([formula_safe(cell) for cell in row])
    return buffers[True].getvalue(), buffers[False].getvalue()


def _failures(store: Store, plans: list[Plan], address_of: Addressing) -> Iterator[LogEntry]:
    """Newest plan first: the first end that is seen of a line is its latest, and tells whether older ones stand."""
    latest: dict[str, str] = {}
    for plan in plans:
        last = store.journal.last(plan.id)
        for line in plan.lines:
            entry = last.get(line.id)
            if entry is None:
                continue
            latest.setdefault(line.id, plan.id if entry.state not in GOOD else "")
            if entry.state not in GOOD:
                link = address_of(Ref(line.target.system, line.target.kind, entry.id or line.target.id))
                yield _failure(plan, entry, link, still=latest[line.id] == plan.id)


def _failure(plan: Plan, entry: JournalEntry, link: Address, *, still: bool) -> LogEntry:
    line = plan.line(entry.line)
    return LogEntry(
        id=f"{plan.id}/{line.id[:12]}",
        at=entry.at,
        integration=plan.integration,
        plan=plan.id,
        record=line.record,
        name=line.name,
        what=entry.state,
        code=entry.code,
        cause=entry.cause,
        remedy=entry.remedy,
        open=still,
        link=link,
    )


def _held(plan: Plan, at: datetime, name_of: Naming, address_of: Addressing) -> Iterator[LogEntry]:
    for item in plan.held:
        identity = f"held/{plan.integration}/{item.subject}/{item.code}/{item.field}"
        told = (str(item.subject), name_of(item.subject), "held", item.code, item.reason, item.remedy)
        yield LogEntry(identity, at, plan.integration, plan.id, *told, open=True, link=address_of(item.subject))


def _events(store: Store, plans: list[Plan]) -> Iterator[LogEntry]:
    known, over = {plan.id: plan for plan in plans}, settled(store)
    for event in NOTABLE:
        for row in store.audit.rows(event=event):
            plan = known.get(row.subject)
            if plan is None:
                continue
            if event == DUPLICATES:
                told, remedy = f"these bear one marker: {row.details['ids']}", _mending(plan.integration, store)
                standing = (plan.id, row.details["line"]) not in over
            else:
                told, remedy = str(row.details.get("why", "")), f"`workbench run {plan.id}` goes on"
                standing = store.plans.state(plan.id) == "running"
            named = (plan.integration, plan.id, "", "", event, event.upper(), told, remedy)
            yield LogEntry(f"audit/{row.seq}", row.at, *named, open=standing)


def _mending(integration: str, store: Store) -> str:
    """What a person does about duplicates: look at the plan that proposes it, or do it by hand."""
    by_hand = "merge or delete all but one by hand; the next round sees it"
    waiting = store.plans.known(integration, ("waiting", "approved")).where(purpose="repair")
    if waiting:
        return f"look at the repair that waits: `workbench show {waiting[0].id}`; or {by_hand}"
    return f"say by a ruling which one is to be linked, where none is; or {by_hand}"


def _text(entry: LogEntry) -> str:
    """Everything that a search looks into."""
    return "\n".join(str(getattr(entry, name)) for name in LogEntry.__slots__).casefold()


def _acknowledged(entry: LogEntry, made: Acknowledgement | None) -> LogEntry:
    if made is None:
        return entry
    # A line that failed stands until it is written; of duplicates a person may say that they are meant to be.
    standing = entry.open and entry.what != DUPLICATES
    return dataclasses.replace(entry, acknowledged=made.by, note=made.note, open=standing)
