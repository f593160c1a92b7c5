"""How each connection was found, each time that it was tried (R-CONN-7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from workbench.model.rows import Rows
from workbench.store.database import Database
from workbench.store.tables import connection_tests

KEPT = 100
"""How many tests of a system are kept."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One test of one connection; `found` says in words what was wrong, without any credential."""

    system: str
    access: str
    state: str
    at: datetime
    instance: str
    user: str
    quota: str
    found: str
    url: str = ""


class Connections:
    """Every test of every connection, the oldest forgotten."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, tried: Tried) -> None:
        """Keep a test."""
        told = {name: getattr(tried, name) for name in Tried.__dataclass_fields__}
        own, seq = connection_tests.c.system == tried.system, connection_tests.c.seq
        with self._database.writing() as connection:
            connection.execute(insert(connection_tests).values(**told))
            kept = connection.execute(select(seq).where(own).order_by(seq.desc()).limit(KEPT)).scalars()
            connection.execute(delete(connection_tests).where(own, seq < min(kept)))

    def tests(self) -> Rows[Tried]:
        """Every test that is kept, the newest first."""
        with self._database.reading() as connection:
            found = connection.execute(select(connection_tests).order_by(connection_tests.c.seq.desc()))
            names = Tried.__dataclass_fields__
            return Rows(Tried(**{name: getattr(row, name) for name in names}) for row in found)
