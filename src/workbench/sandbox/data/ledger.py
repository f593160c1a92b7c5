"""Where generated records are collected: ids, stamps and the truth behind each, written to the state in portions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from workbench.sandbox.state import Row, State, packed
from workbench.sandbox.tables import SPAN, Lookups, Pointer, lookups_of, pointers

_PORTION = 2_000
_BEGIN = datetime(2024, 3, 4, 8, 0, tzinfo=UTC)  # long past on any clock, the same for every sandbox


def _stamp(number: int) -> str:
    """The change stamp of the numbered record, 997 ms after the one before; from parts, being asked for so often."""
    minute, milliseconds = divmod(997 * number, 60_000)
    return _minute(minute) + _SECONDS[milliseconds // 1000] + _THOUSANDTHS[milliseconds % 1000]


@lru_cache(maxsize=16)
def _minute(number: int) -> str:
    return (_BEGIN + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:")


_SECONDS = tuple(f"{number:02d}." for number in range(60))
_THOUSANDTHS = tuple(f"{number:03d}Z" for number in range(1000))


class _Series:
    """The records of one object: where they go, and what the last one has been given."""

    __slots__ = ("collection", "lookups", "make_id", "number", "position")

    def __init__(self, collection: int, lookups: Lookups, make_id: Callable[[int], str], skipped: int) -> None:
        self.collection, self.lookups, self.make_id = collection, lookups, make_id
        self.number, self.position = skipped, collection * SPAN + skipped


class Ledger:
    """Collects records; `close()` writes the rest and lets the systems' own numbering go on after them."""

    def __init__(self, state: State, ids: Mapping[tuple[str, str], Callable[[int], str]]) -> None:
        self._state, self._ids = state, ids
        self._series: dict[tuple[str, str], _Series] = {}
        self._rows: list[Row] = []
        self._pointers: list[Pointer] = []
        self._truth: list[tuple[str, str, str, str, str, str]] = []
        self._count = 0
        self._skipped = 0

    def start_after(self, system: str, object: str, last: int) -> None:
        """Number the records of an object from here on."""
        self._of(system, object).number = last

    def skip(self, count: int) -> None:
        """Forget what was collected, which another share has, and number everything so much later."""
        self._rows.clear()
        self._pointers.clear()
        self._skipped = count
        self._count += count
        for series in self._series.values():
            series.number += count
            series.position += count

    def _of(self, system: str, object: str) -> _Series:
        series = self._series.get((system, object))
        if series is None:
            collection, make_id = self._state.collection(system, object), self._ids.get((system, object), str)
            series = _Series(collection, lookups_of(system, object), make_id, self._skipped)
            self._series[system, object] = series
        return series

    def next(self, system: str, object: str) -> int:
        """The next number of an object."""
        series = self._of(system, object)
        series.number += 1
        return series.number

    def add(self, system: str, object: str, fields: Mapping[str, Any], *, deleted: bool = False) -> str:
        """Collect a record; its id."""
        series = self._of(system, object)
        series.number += 1
        id = series.make_id(series.number)
        self._put(series, id, fields, deleted)
        return id

    def put(self, system: str, object: str, id: str, fields: Mapping[str, Any], *, deleted: bool = False) -> None:
        """Collect a record that has its id already; as text at once, which is smaller than what it was made of."""
        self._put(self._of(system, object), id, fields, deleted)

    def _put(self, series: _Series, id: str, fields: Mapping[str, Any], deleted: bool) -> None:
        self._count += 1
        series.position += 1
        stamp = _stamp(self._count)
        rows = self._rows
        rows.append((series.position, series.collection, id, packed(fields), stamp, stamp, deleted))
        if series.lookups:
            self._pointers += pointers(series.lookups, id, fields)
        if len(rows) >= _PORTION:
            self._write()

    def know(self, entity: str, kind: str, place: tuple[str, str, str], note: str = "") -> None:
        """Remember which company or person a record (system, object, id) is in truth."""
        self._truth.append((entity, kind, *place, note))

    def close(self) -> None:
        """Write what is left."""
        self._write()
        for (system, object), series in self._series.items():
            if series.number > self._skipped:
                self._state.begin_after(system, object, series.number)

    def _write(self) -> None:
        with self._state.transaction():
            self._state.store(self._rows, self._pointers)
            self._state.connection.executemany("INSERT INTO truth VALUES (?, ?, ?, ?, ?, ?)", self._truth)
        for collected in (self._rows, self._pointers, self._truth):
            collected.clear()
