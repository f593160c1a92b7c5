"""When each integration's last round began that came to its end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from workbench.store.database import Database
from workbench.store.tables import rounds


class Rounds:
    """The last whole round of each integration: what is scheduled after it is due."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, integration: str, began: datetime) -> None:
        """A round that began then came to its end."""
        with self._database.writing() as connection:
            connection.execute(delete(rounds).where(rounds.c.integration == integration))
            connection.execute(insert(rounds).values(integration=integration, at=began))

    def last(self, integration: str) -> datetime | None:
        """When the last whole round began, or None."""
        wanted = select(rounds.c.at).where(rounds.c.integration == integration)
        with self._database.reading() as connection:
            found: datetime | None = connection.execute(wanted).scalar()
        return found
