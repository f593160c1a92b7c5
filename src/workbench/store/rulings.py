"""What people ruled about records: append-only, the last ruling about a pair counts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, insert, select, update

from workbench.model.links import Ruling
from workbench.model.people import ERASED
from workbench.model.records import Ref
from workbench.model.rows import Rows
from workbench.store.database import AnyRow, Database
from workbench.store.tables import rulings


class Rulings:
    """Every ruling ever made, in order. Nothing but an erased name is changed or taken away: triggers refuse it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, made: Iterable[Ruling]) -> None:
        """Append rulings, all of them or none."""
        rows = [_row(ruling) for ruling in made]
        if rows:
            with self._database.writing() as connection:
                connection.execute(insert(rulings), rows)

    def of(self, kind: str) -> Rows[Ruling]:
        """Every ruling about records of a kind, oldest first."""
        with self._database.reading() as connection:
            found = connection.execute(select(rulings).where(rulings.c.kind == kind).order_by(rulings.c.seq))
            return Rows(_ruling(row) for row in found)

    def about(self, ref: Ref) -> Rows[Ruling]:
        """Every ruling in which a record is the subject or the target, oldest first: its history."""
        named = (rulings.c.subject == str(ref)) | (rulings.c.target == str(ref))
        with self._database.reading() as connection:
            return Rows(
                _ruling(row) for row in connection.execute(select(rulings).where(named).order_by(rulings.c.seq))
            )

    def naming(self, person: str) -> tuple[str, ...]:
        """The kinds of which a ruling says that this person ruled, or shall rule."""
        with self._database.reading() as connection:
            return tuple(connection.execute(select(rulings.c.kind).where(_named(person)).distinct()).scalars())

    def erase(self, person: str) -> int:
        """Take a person's name out of the rulings; says how many named it. Their chain has to be sealed anew."""
        with self._database.writing() as connection:
            found = len(connection.execute(select(rulings.c.seq).where(_named(person))).all())
            for column in (rulings.c.by, rulings.c.assignee):
                connection.execute(update(rulings).where(column == person).values({column: ERASED}))
        return found


def _named(person: str) -> ColumnElement[bool]:
    return (rulings.c.by == person) | (rulings.c.assignee == person)


def _row(ruling: Ruling) -> dict[str, object]:
    return {
        "kind": ruling.subject.kind,
        "subject": str(ruling.subject),
        "system": ruling.system,
        "word": ruling.word,
        "target": None if ruling.target is None else str(ruling.target),
        "by": ruling.by,
        "at": ruling.at,
        "reason": ruling.reason,
        "probability": ruling.probability,
        "master": ruling.master,
        "note": ruling.note,
        "assignee": ruling.assignee,
    }


def _ruling(row: AnyRow) -> Ruling:
    return Ruling(
        subject=Ref.parse(row.subject),
        system=row.system,
        word=row.word,
        target=None if row.target is None else Ref.parse(row.target),
        by=row.by,
        at=row.at,
        reason=row.reason,
        probability=row.probability,
        master=row.master,
        note=row.note,
        assignee=row.assignee,
    )
