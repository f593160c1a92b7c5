"""Entries of the Integration Log that a person has seen to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from workbench.model.people import ERASED
from workbench.model.rows import Rows
from workbench.store.database import Database
from workbench.store.tables import acknowledgements


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who took note of a log entry, when, and what they wrote."""

    entry: str
    by: str
    at: datetime
    note: str


class Acknowledgements:
    """Every acknowledgement, in order; the last one of an entry is shown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, made: Acknowledgement) -> None:
        """Keep an acknowledgement."""
        with self._database.writing() as connection:
            told = {"entry": made.entry, "by": made.by, "at": made.at, "note": made.note}
            connection.execute(insert(acknowledgements).values(**told))

    def erase(self, person: str) -> int:
        """Take a person's name out; says how often it stood there."""
        named = acknowledgements.c.by == person
        with self._database.writing() as connection:
            return connection.execute(update(acknowledgements).where(named).values(by=ERASED)).rowcount

    def all(self) -> Rows[Acknowledgement]:
        """Every acknowledgement, oldest first."""
        with self._database.reading() as connection:
            found = connection.execute(select(acknowledgements).order_by(acknowledgements.c.seq))
            return Rows(Acknowledgement(row.entry, row.by, row.at, row.note) for row in found)
