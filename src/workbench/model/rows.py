"""The one collection that an analyst sees."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar, overload

import pandas as pd

Row = TypeVar("Row")

MOST_ROWS = 200
"""How many rows of a frame are shown at most."""


class Rows(Sequence[Row], Generic[Row]):
    """Frozen rows of one type that can be filtered, shown as a table and turned into a frame.

    >>> from workbench.model.records import Ref
    >>> Rows([Ref("salesforce", "partner", "1"), Ref("connectwise", "partner", "7")]).where(system="connectwise")
    Rows(1): connectwise:partner:7
    """

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows: tuple[Row, ...] = tuple(rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Rows[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Rows[Row]:
        return Rows(self._rows[index]) if isinstance(index, slice) else self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(self._rows)

    def where(self, test: Callable[[Row], bool] | None = None, **equal: object) -> Rows[Row]:
        """The rows for which `test` holds and whose fields equal the given values (a tuple means: any of them)."""
        kept = (row for row in self._rows if test is None or test(row))
        return Rows(row for row in kept if all(_agrees(getattr(row, name), wanted) for name, wanted in equal.items()))

    def count(self, value: object = None, *, by: str = "") -> Any:
        """How often each value of the field `by` occurs, most frequent first; without it, how often `value` does."""
        if not by:
            return self._rows.count(value)
        found = pd.Series([str(getattr(row, by)) for row in self._rows], dtype="object").value_counts(sort=True)
        return found.rename_axis(by).rename("count")

    def frame(self, *columns: str) -> pd.DataFrame:
        """One line a row, one column a field (all of them, or those named); nested values as their text."""
        whole = pd.DataFrame([_cells(row) for row in self._rows])
        return whole.reindex(columns=list(columns)) if columns else whole

    def table(self, **headings: str) -> Table:
        """The rows as people read them: each heading with the field that it shows; `_` in a heading is a blank."""
        cells = [[_read(getattr(row, name)) for name in headings.values()] for row in self._rows]
        return Table([heading.replace("_", " ") for heading in headings], cells)

    def __repr__(self) -> str:
        shown = ", ".join(str(row) for row in self._rows[:3])
        return f"Rows({len(self)}): {shown}" + (", …" if len(self) > 3 else "")

    def _repr_html_(self) -> str:
        return html_of(self.frame().convert_dtypes())


class Table:
    """A table for a page: whole texts, numbers as people write them, blank where nothing is known."""

    def __init__(self, headings: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
        self._frame = pd.DataFrame(cells, columns=list(headings), dtype="object")

    def __repr__(self) -> str:
        return str(self._frame.to_string(index=False))

    def _repr_html_(self) -> str:
        return str(self._frame.to_html(index=False, escape=True, border=0))


def html_of(frame: pd.DataFrame) -> str:
    """A frame for people: escaped, blank where nothing is known; of a long one its ends, and how many rows it has."""
    times = {str(name): frame[name].map(_read) for name in frame.select_dtypes("datetimetz")}
    shown = frame.assign(**times).to_html(index=False, escape=True, na_rep="", max_rows=MOST_ROWS, border=0)
    if len(frame) <= MOST_ROWS:
        return str(shown)
    ends = f"the first and the last {MOST_ROWS // 2} of {len(frame):,} rows"
    return f"<p>{ends}; all of them: <code>frame()</code> in a notebook, <code>--json</code> in a terminal</p>{shown}"


def _agrees(actual: object, wanted: object) -> bool:
    if isinstance(wanted, tuple) and not isinstance(actual, tuple):
        return actual in wanted
    return actual == wanted


def _cells(row: object) -> dict[str, object]:
    if dataclasses.is_dataclass(row):
        return {field.name: _cell(getattr(row, field.name)) for field in dataclasses.fields(row)}
    return {"value": _cell(row)}


def _cell(value: object) -> object:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {item}" for key, item in value.items())
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(str(item) for item in value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def _read(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M %Z}"
    shown = _cell(value)
    return "" if shown is None else str(shown)
