"""A fifth system, as docs/add-a-system.md describes it: a company's own database of partners."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from workbench.errors import UnknownName
from workbench.model.ports import Description, Field, Instance, Outcome, Reading, Write
from workbench.model.records import DELETED, MODIFIED, Where, frame_of
from workbench.systems.outcomes import Refusal, told, written
from workbench.systems.reach import Reach

FIELDS = (
    Field("name", "Name", required=True, length=120),
    Field("city", "City"),
    Field("rank", "Rank", "picklist", values=("gold", "silver")),
    Field("origin", "Origin", unique=True),
)
NAMES = tuple(field.name for field in FIELDS)
TABLE = (
    "CREATE TABLE IF NOT EXISTS partner (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT, "
    "rank TEXT CHECK (rank IN ('gold', 'silver')), origin TEXT UNIQUE, "
    "changed INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0)"
)


class FifthSystem:
    """Partners in one SQLite table. `credentials`: `path`."""

    def __init__(self, reach: Reach) -> None:
        self.name, self._clock, self._place = reach.name, reach.clock, reach.place("partner")
        self.database = sqlite3.connect(reach.credentials["path"], isolation_level=None)
        self.database.execute(TABLE)

    def identify(self) -> Instance:
        return Instance(self.name, "the-only-one", "Partner database", "")

    def describe(self, kind: str) -> Description:
        self._check(kind)
        return Description(self.name, kind, "partner", FIELDS, marker=self._place.marker, guards=True)

    def read(self, kind: str, where: Where = Where(), fields: Sequence[str] = (), since: str = "") -> Reading:  # noqa: B008  # frozen value
        self._check(kind)
        wanted = [name for name in NAMES if name in (fields or NAMES)]
        parts, values = ["changed > ?"], [int(since or 0)]
        if not since:
            parts = [f"{_column(c.field)} IN ({', '.join('?' * len(c.values))})" for c in where.conditions]
            values = [value for condition in where.conditions for value in condition.values]
            parts += [] if any(condition.field == "id" for condition in where.conditions) else ["NOT gone"]
        query = f"SELECT id, changed, gone, {', '.join(wanted)} FROM partner WHERE {' AND '.join(parts)}"
        rows = self.database.execute(query, values).fetchall()
        records = {
            str(row[0]): {MODIFIED: str(row[1]), DELETED: bool(row[2]), **dict(zip(wanted, row[3:], strict=True))}
            for row in rows
        }
        return Reading(frame_of(records, wanted), self._stamp(), self._clock.now())

    def write(self, chunk: Sequence[Write]) -> Sequence[Outcome]:
        return [self._written(write) for write in chunk]

    def change(self, statement: str, values: Sequence[object]) -> sqlite3.Cursor:
        """Change the table; `changed` takes the next stamp."""
        return self.database.execute(statement.replace("NEXT", str(int(self._stamp()) + 1)), values)

    def _written(self, write: Write) -> Outcome:
        values = {_column(name): value for name, value in write.values.items()}
        if write.action == "create":
            values |= {self._place.marker: write.marker or None}
            columns, marks = ", ".join(values), ", ".join("?" * len(values))
            statement = f"INSERT INTO partner ({columns}, changed) VALUES ({marks}, NEXT)"
            return self._tried(write, statement, list(values.values()))
        changes = ", ".join(f"{name} = ?" for name in values)
        guard = f" AND changed = {int(write.unmodified_since)}" if write.unmodified_since else ""
        statement = f"UPDATE partner SET {changes}, changed = NEXT WHERE id = ? AND NOT gone{guard}"
        return self._tried(write, statement, [*values.values(), write.target.id])

    def _tried(self, write: Write, statement: str, values: Sequence[object]) -> Outcome:
        try:
            done = self.change(statement, values)
        except sqlite3.IntegrityError as error:
            taken = "origin" in str(error)
            return told(write, "unknown" if taken else "rejected", Refusal("INTEGRITY", str(error)))
        if done.rowcount:
            return written(write, write.target.id or str(done.lastrowid))
        query = "SELECT 1 FROM partner WHERE id = ? AND NOT gone"
        there = self.database.execute(query, [write.target.id]).fetchone()
        refusal = Refusal("CHANGED", "it changed meanwhile") if there else Refusal("GONE", "it is not there any more")
        return told(write, "stale" if there else "rejected", refusal)

    def _stamp(self) -> str:
        return str(self.database.execute("SELECT coalesce(max(changed), 0) FROM partner").fetchone()[0])

    def _check(self, kind: str) -> None:
        if kind != "partner":
            raise UnknownName(f"kind of record in {self.name}", kind, ["partner"])


def _column(name: str) -> str:
    if name != "id" and name not in NAMES:
        raise UnknownName("column of partner", name, NAMES)
    return name
