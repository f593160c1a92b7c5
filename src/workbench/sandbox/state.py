"""Everything that the sandbox knows, in one SQLite file: records, clock, settings, sessions, faults, request log, mail.

Nothing is kept in memory, so several processes may serve one file and a killed one loses nothing that it answered.
Every write takes the write lock first (BEGIN IMMEDIATE), so two writers never lose one another's change.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic_core import to_json  # three times as fast, and there are a million records

from workbench.sandbox.file import File, Refused
from workbench.sandbox.tables import GENERATED_BEFORE, POINTERS, SPAN, Pointer, key_of, place_of, pointers_of

__all__ = ["Fields", "Record", "Refused", "State", "stamp_of"]

Fields = Mapping[str, Any]
Place = tuple[str, str, str]
"""Where a record is: system, object, id."""
Row = tuple[int, int, str, str, str, str, bool]
"""A record as it is stored: position, number of its collection, id, fields as JSON, created, modified, deleted."""
_ONE = "collection = (SELECT number FROM collection WHERE system = ? AND object = ?) AND id = ?"
Record = dict[str, Any]
"""A stored record: its fields, beside `@id`, `@created`, `@modified` (stamps as text, UTC) and `@deleted`."""


class State(File):
    """The sandbox's records and its clock, in its file."""

    # The clock.

    def now(self) -> datetime:
        """The sandbox's time: real time plus an offset, or standing still when told to."""
        frozen = self.setting("clock", "frozen")
        if frozen:
            return datetime.fromisoformat(frozen)
        return datetime.now(UTC) + timedelta(seconds=self.setting("clock", "offset", 0))

    def _stamp(self) -> str:
        """The next change stamp: never twice the same, never going back, whatever the clock does."""
        last = self.setting("clock", "stamp", "")
        stamp = stamp_of(self.now())
        if stamp <= last:
            stamp = stamp_of(datetime.fromisoformat(last) + timedelta(milliseconds=1))
        self.keep("clock", "stamp", stamp)
        return stamp

    # Records.

    def next_id(self, system: str, object: str) -> int:
        """The next number of this object; never given twice, also not after a deletion."""
        with self.transaction():
            return int(
                self.connection.execute(
                    "INSERT INTO sequence VALUES (?, ?, 1)"
                    " ON CONFLICT (system, object) DO UPDATE SET last = last + 1 RETURNING last",
                    (system, object),
                ).fetchone()[0]
            )

    def begin_after(self, system: str, object: str, last: int) -> None:
        """Let the numbers of this object go on after the one given (the generator's way)."""
        with self.transaction():
            self.connection.execute("REPLACE INTO sequence VALUES (?, ?, ?)", (system, object, last))

    def collection(self, system: str, object: str) -> int:
        """The number of an object's collection of records; a new one where it has had none yet."""
        with self.transaction():
            return self._known(system, object) or int(
                self.connection.execute(
                    "INSERT INTO collection (system, object) VALUES (?, ?) RETURNING number", (system, object)
                ).fetchone()[0]
            )

    def _known(self, system: str, object: str) -> int:
        """The number of an object's collection; 0, under which there is nothing, where it has had no records yet."""
        query = "SELECT number FROM collection WHERE system = ? AND object = ?"
        row = self.connection.execute(query, (system, object)).fetchone()
        return 0 if row is None else int(row[0])

    def get(self, system: str, object: str, id: str) -> Record | None:
        """One record, deleted ones included (`@deleted`); None when it was never there or is purged."""
        row = self.connection.execute(
            f"SELECT position, id, fields, created, modified, deleted FROM record WHERE {_ONE}", (system, object, id)
        ).fetchone()
        return None if row is None else _record(row)

    def find(
        self,
        system: str,
        object: str,
        *,
        include_deleted: bool = False,
        since: str = "",
        after: str = "",
        by: tuple[str, Any] | None = None,
    ) -> Iterator[Record]:
        """Records in the order of their creation, read in portions while you go on.

        `since`: only those modified later than this stamp. `after`: only those created after the record of this id.
        `by`: only those whose field (one of POINTERS) has this value; letter case is ignored.
        """
        collection = self._known(system, object)
        query = ["collection = ?"]
        values: list[Any] = [collection]
        if not include_deleted:
            query.append("deleted = 0")
        if since:
            query.append("modified > ?")
            values.append(since)
        if since >= GENERATED_BEFORE:
            query.append(f"modified >= '{GENERATED_BEFORE}'")  # what the index holds, in its own words
        if by is not None:
            if by[0] not in POINTERS.get((system, object), ()):
                raise LookupError(f"{object} of {system} cannot be looked up by {by[0]}; add it to POINTERS")
            query.append("id IN (SELECT id FROM pointer WHERE place = ? AND value = ?)")
            values += [place_of(system, object, by[0]), key_of(by[1])]
        first = self._position(system, object, after) if after else collection * SPAN
        order = "+position" if by is not None or since >= GENERATED_BEFORE else "position"  # +: use the narrower index
        return self._portions(f"{' AND '.join(query)} AND {order} < {(collection + 1) * SPAN}", values, order, first)

    def _portions(self, query: str, values: list[Any], order: str, position: int) -> Iterator[Record]:
        portion = 250  # a page of a list; who goes on after it wants more
        while True:
            rows = self.connection.execute(
                "SELECT position, id, fields, created, modified, deleted FROM record"
                f" WHERE {query} AND {order} > ? ORDER BY {order} LIMIT ?",
                (*values, position, portion),
            ).fetchall()
            yield from map(_record, rows)
            if len(rows) < portion:
                return
            position, portion = rows[-1][0], 2000

    def _position(self, system: str, object: str, id: str) -> int:
        row = self.connection.execute(f"SELECT position FROM record WHERE {_ONE}", (system, object, id)).fetchone()
        if row is None:
            raise KeyError(id)
        return int(row[0])

    def count(self, system: str, object: str, *, include_deleted: bool = False) -> int:
        """How many records an object has."""
        first = self._known(system, object) * SPAN
        query = "SELECT count(*) FROM record WHERE position > ? AND position < ? AND deleted <= ?"
        return int(self.connection.execute(query, (first, first + SPAN, int(include_deleted))).fetchone()[0])

    def insert(self, system: str, object: str, id: str, fields: Fields) -> Record:
        """Store a new record; raises ValueError when the id is taken."""
        with self.transaction():
            stamp = self._stamp()
            try:
                self.load(system, object, [(id, fields, stamp, stamp, False)])
            except sqlite3.IntegrityError as error:
                raise ValueError(f"{object} {id} of {system} is there already") from error
        return {**fields, "@id": id, "@created": stamp, "@modified": stamp, "@deleted": False}

    def load(self, system: str, object: str, records: Iterable[tuple[str, Fields, str, str, bool]]) -> None:
        """Store new records as they are: id, fields, created, modified, deleted."""
        rows: list[Row] = []
        pointers: list[Pointer] = []
        with self.transaction():
            collection = self.collection(system, object)
            first = self._last(collection) + 1
            for position, (id, fields, created, modified, deleted) in enumerate(records, start=first):
                rows.append((position, collection, id, packed(fields), created, modified, deleted))
                pointers += pointers_of(system, object, id, fields)
            self.store(rows, pointers)

    def _last(self, collection: int) -> int:
        """The last position that a record of this collection has."""
        query = "SELECT coalesce(max(position), ?1) FROM record WHERE position > ?1 AND position < ?2"
        return int(self.connection.execute(query, (collection * SPAN, (collection + 1) * SPAN)).fetchone()[0])

    def store(self, rows: Sequence[Row], pointers: Sequence[Pointer]) -> None:
        """Store new records, packed already, with the pointers to them, very many at once (the generator's way in)."""
        with self.transaction():
            self.connection.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            self.connection.executemany("INSERT INTO pointer VALUES (?, ?, ?)", pointers)

    def update(self, system: str, object: str, id: str, changes: Fields, *, touch: bool = True) -> Record:
        """Lay the changes over a record; raises KeyError when it is not there.

        Without `touch` its change stamp stays: some systems forget to move it, and who reads by it must live with that.
        """
        with self.transaction():
            before = self.get(system, object, id)
            if before is None:
                raise KeyError(id)
            fields = {name: value for name, value in {**before, **changes}.items() if not name.startswith("@")}
            self._store((system, object, id), before, fields, touch=touch, deleted=before["@deleted"])
            after = self.get(system, object, id)
        assert after is not None
        return after

    def delete(self, system: str, object: str, id: str, *, soft: bool = True, touch: bool = True) -> None:
        """Mark a record as deleted, or purge it; raises KeyError when it is not there."""
        with self.transaction():
            before = self.get(system, object, id)
            if before is None:
                raise KeyError(id)
            if soft:
                fields = {name: value for name, value in before.items() if not name.startswith("@")}
                self._store((system, object, id), before, fields, touch=touch, deleted=True)
                return
            self.connection.execute(f"DELETE FROM record WHERE {_ONE}", (system, object, id))
            self._repoint((system, object, id), before, {})

    def _store(self, place: Place, before: Fields, fields: Fields, *, touch: bool, deleted: bool) -> None:
        self.connection.execute(
            f"UPDATE record SET fields = ?, deleted = ?, modified = coalesce(?, modified) WHERE {_ONE}",
            (packed(fields), deleted, self._stamp() if touch else None, *place),
        )
        self._repoint(place, before, fields)

    def _repoint(self, place: Place, before: Fields, after: Fields) -> None:
        self.connection.executemany(
            "DELETE FROM pointer WHERE place = ? AND value = ? AND id = ?",
            pointers_of(*place, before),
        )
        self.connection.executemany("INSERT INTO pointer VALUES (?, ?, ?)", pointers_of(*place, after))


def stamp_of(moment: datetime) -> str:
    """A moment as a change stamp: UTC, milliseconds, sorts as text. `2026-11-22T10:41:19.123Z`"""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def packed(fields: Fields) -> str:
    """The fields of a record as they are stored."""
    return str(to_json(fields), "utf-8")


def _record(row: tuple[Any, ...]) -> Record:
    record: Record = json.loads(row[2])
    record["@id"], record["@created"], record["@modified"], record["@deleted"] = row[1], row[3], row[4], bool(row[5])
    return record
