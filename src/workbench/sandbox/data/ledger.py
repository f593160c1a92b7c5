"""Where generated records are collected: ids, stamps and the truth behind each, written to the state in portions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.sandbox.state import State, stamp_of

_PORTION = 20_000
_BEGIN = datetime(2024, 3, 4, 8, 0, tzinfo=UTC)  # long past on any clock, the same for every sandbox


class Ledger:
    """Collects records; `close()` writes the rest and lets the systems' own numbering go on after them."""

    def __init__(self, state: State, ids: Mapping[tuple[str, str], Callable[[int], str]]) -> None:
        self._state, self._ids = state, ids
        self._last: dict[tuple[str, str], int] = defaultdict(int)
        self._rows: dict[tuple[str, str], list[tuple[str, Mapping[str, Any], str, str, bool]]] = defaultdict(list)
        self._truth: list[tuple[str, str, str, str, str, str]] = []
        self._count = 0

    def start_after(self, system: str, object: str, last: int) -> None:
        """Number the records of an object from here on."""
        self._last[system, object] = last

    def next(self, system: str, object: str) -> int:
        """The next number of an object."""
        self._last[system, object] += 1
        return self._last[system, object]

    def add(self, system: str, object: str, fields: Mapping[str, Any], *, deleted: bool = False) -> str:
        """Collect a record; its id."""
        id = self._ids.get((system, object), str)(self.next(system, object))
        self.put(system, object, id, fields, deleted=deleted)
        return id

    def put(self, system: str, object: str, id: str, fields: Mapping[str, Any], *, deleted: bool = False) -> None:
        """Collect a record that has its id already."""
        self._count += 1
        stamp = stamp_of(_BEGIN + timedelta(milliseconds=997 * self._count))
        rows = self._rows[system, object]
        rows.append((id, fields, stamp, stamp, deleted))
        if len(rows) >= _PORTION:
            self._state.load(system, object, rows)
            rows.clear()

    def know(self, entity: str, kind: str, place: tuple[str, str, str], note: str = "") -> None:
        """Remember which company or person a record (system, object, id) is in truth."""
        self._truth.append((entity, kind, *place, note))

    def close(self) -> None:
        """Write what is left."""
        for (system, object), rows in self._rows.items():
            self._state.load(system, object, rows)
        for (system, object), last in self._last.items():
            self._state.begin_after(system, object, last)
        with self._state.transaction():
            self._state.connection.executemany("INSERT INTO truth VALUES (?, ?, ?, ?, ?, ?)", self._truth)
