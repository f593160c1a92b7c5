"""Integrations that a person stopped for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from workbench.model.people import ERASED
from workbench.store.database import Database
from workbench.store.tables import pauses


@dataclass(frozen=True, slots=True)
class Pause:
    """Who stopped an integration, when and why."""

    integration: str
    by: str
    at: datetime
    reason: str


class Pauses:
    """Which integrations are paused: they are read and planned, but nothing is written for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pause(self, pause: Pause) -> None:
        """Stop an integration; a pause that stands is replaced."""
        with self._database.writing() as connection:
            connection.execute(delete(pauses).where(pauses.c.integration == pause.integration))
            told = {"by": pause.by, "at": pause.at, "reason": pause.reason}
            connection.execute(insert(pauses).values(integration=pause.integration, **told))

    def resume(self, integration: str) -> bool:
        """Let an integration run again; says whether it was paused."""
        with self._database.writing() as connection:
            return connection.execute(delete(pauses).where(pauses.c.integration == integration)).rowcount > 0

    def of(self, integration: str) -> Pause | None:
        """The pause of an integration, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(pauses).where(pauses.c.integration == integration)).one_or_none()
        return None if row is None else Pause(row.integration, row.by, row.at, row.reason)

    def erase(self, person: str) -> int:
        """Take a person's name out; says how many pauses it stood in."""
        with self._database.writing() as connection:
            return connection.execute(update(pauses).where(pauses.c.by == person).values(by=ERASED)).rowcount
