"""Where generated records are collected: ids, stamps and the truth behind each, written to the state in portions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from workbench.sandbox.state import State

_PORTION = 20_000
_BEGIN = datetime(2024, 3, 4, 8, 0, tzinfo=UTC)  # long past on any clock, the same for every sandbox


def _stamp(number: int) -> str:
    """The change stamp of the numbered record; its last digits are counted here, being asked for so often."""
    hours, rest = divmod(997 * number, 3_600_000)
    minutes, milliseconds = divmod(rest, 60_000)
    return f"{_hour(hours)}{minutes:02d}:{milliseconds // 1000:02d}.{milliseconds % 1000:03d}Z"


@cache
def _hour(number: int) -> str:
    return (_BEGIN + timedelta(hours=number)).strftime("%Y-%m-%dT%H:")


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
        stamp = _stamp(self._count)
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
