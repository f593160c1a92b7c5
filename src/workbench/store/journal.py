"""What happened to each line: append-only, the last entry of a line counts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import func, select

from workbench.model.journals import Journal as PlanJournal
from workbench.model.journals import JournalEntry
from workbench.model.plans import Plan
from workbench.model.rows import Rows
from workbench.model.values import Value
from workbench.store.database import AnyRow, Database, append
from workbench.store.documents import fields_from, text_of
from workbench.store.moments import as_kept
from workbench.store.tables import journal

_COLUMNS = tuple(journal.c[item.name] for item in dataclasses.fields(JournalEntry))

AT_ONCE = 900
"""Lines in one statement, under the smallest limit of variables that SQLite is built with (999)."""


class Journal:
    """The write-ahead journal of every run. `intended` is written before a call, what came of it afterwards."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entries: Iterable[JournalEntry]) -> None:
        """Append entries, all of them or none."""
        rows = [_row(entry) for entry in entries]
        if rows:
            with self._database.writing() as connection:
                append(connection, journal, rows)

    def last(self, plan_id: str) -> dict[str, JournalEntry]:
        """The last entry of each line that has any."""
        newest = select(func.max(journal.c.seq)).where(journal.c.plan == plan_id).group_by(journal.c.line)
        with self._database.reading() as connection:
            found = map(_entry, connection.execute(select(*_COLUMNS).where(journal.c.seq.in_(newest))))
            return {entry.line: entry for entry in found}

    def of(self, plan: Plan) -> PlanJournal:
        """What became of a plan: one entry a line, in the plan's order; lines not begun are `planned`."""
        last, planned_at = self.last(plan.id), plan.made_at or datetime.min.replace(tzinfo=UTC)
        planned = (JournalEntry(plan.id, line.id, "planned", planned_at) for line in plan.lines)
        return PlanJournal(plan, Rows(last.get(entry.line, entry) for entry in planned))

    def history(self, plan_id: str) -> Rows[JournalEntry]:
        """Every entry of a plan, in order."""
        wanted = select(*_COLUMNS).where(journal.c.plan == plan_id).order_by(journal.c.seq)
        with self._database.reading() as connection:
            return Rows(_entry(row) for row in connection.execute(wanted))

    def images(self, plan_id: str) -> Mapping[str, Mapping[str, Value]]:
        """The before-image of each line that was sent: the record as it was read before the first attempt."""
        images: dict[str, Mapping[str, Value]] = {}
        for entry in self.history(plan_id).where(state="intended"):
            images.setdefault(entry.line, entry.stored)
        return images

    def of_lines(self, lines: Iterable[str]) -> Rows[JournalEntry]:
        """Every entry of lines of these ids, whichever plan they stood in: a rejected line comes back with them."""
        wanted, found = list(lines), list[JournalEntry]()
        with self._database.reading() as connection:
            for start in range(0, len(wanted), AT_ONCE):
                some = journal.c.line.in_(wanted[start : start + AT_ONCE])
                found += map(_entry, connection.execute(select(*_COLUMNS).where(some).order_by(journal.c.seq)))
        return Rows(found)


def _row(entry: JournalEntry) -> dict[str, object]:
    return {
        "plan": entry.plan,
        "line": entry.line,
        "state": entry.state,
        "at": as_kept(entry.at),
        "attempt": entry.attempt,
        "id": entry.id,
        "code": entry.code,
        "cause": entry.cause,
        "remedy": entry.remedy,
        "stored": text_of(entry.stored),
    }


def _entry(row: AnyRow) -> JournalEntry:
    plan, line, state, at, attempt, record_id, code, cause, remedy, stored = row
    return JournalEntry(plan, line, state, at, attempt, record_id, code, cause, remedy, fields_from(stored))
