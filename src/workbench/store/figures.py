"""Leadership's numbers over time, so that a report can show a trend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select

from workbench.model.rows import Rows
from workbench.store.database import Database
from workbench.store.tables import figures

FigureBasis = Literal["measured", "assumed"]


@dataclass(frozen=True, slots=True)
class Reported:
    """A number as it stood in a report."""

    name: str
    at: datetime
    value: str
    basis: FigureBasis


class Figures:
    """Every number that a report showed, in order."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, name: str, at: datetime, value: str, basis: FigureBasis) -> None:
        """Keep a number as reported."""
        with self._database.writing() as connection:
            connection.execute(insert(figures).values(name=name, at=at, value=value, basis=basis))

    def of(self, name: str) -> Rows[Reported]:
        """The numbers of this name, oldest first."""
        with self._database.reading() as connection:
            found = connection.execute(select(figures).where(figures.c.name == name).order_by(figures.c.seq))
            return Rows(Reported(row.name, row.at, row.value, row.basis) for row in found)
