"""The one collection that an analyst sees."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, Generic, TypeVar, overload

import numpy as np
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
        """The rows as people read them: each heading with the field that it shows; `_` in a heading is a blank.

        A column of links is left out where no row has an address.
        """
        columns = {heading: [getattr(row, name) for row in self._rows] for heading, name in headings.items()}
        told = {heading: cells for heading, cells in columns.items() if not cells or not all(map(_nowhere, cells))}
        cells = [[_read(value) for value in row] for row in zip(*told.values(), strict=True)]
        return Table([heading.replace("_", " ") for heading in told], cells)

    def __repr__(self) -> str:
        shown = ", ".join(str(row) for row in self._rows[:3])
        return f"Rows({len(self)}): {shown}" + (", …" if len(self) > 3 else "")

    def _repr_html_(self) -> str:
        return html_of(pd.DataFrame([_fields(row) for row in self._rows], dtype="object"))


class Address(str):
    """The address of a page for people; a table shows it as a link in the words of its heading."""

    __slots__ = ()


class Table:
    """A table for a page: whole texts, numbers as people write them, blank where nothing is known."""

    def __init__(self, headings: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
        self._headings, self._cells = list(headings), cells

    def __repr__(self) -> str:
        shown = pd.DataFrame(self._cells, columns=self._headings, dtype="object")
        return str(shown.to_string(index=False)) if self._cells else f"none ({', '.join(self._headings)})"

    def _repr_html_(self) -> str:
        return _table(self._headings, self._cells)


def html_of(frame: pd.DataFrame) -> str:
    """A frame for people: escaped, blank where nothing is known; of a long one its ends, and how many rows it has."""
    headings = [str(name) for name in frame.columns]
    cut, half = len(frame) > MOST_ROWS, MOST_ROWS // 2
    ends = [frame.head(half), frame.tail(half)] if cut else [frame]
    cells = [[[_plain(value) for value in row] for row in end.itertuples(index=False, name=None)] for end in ends]
    shown = _table(headings, *cells)
    if not cut:
        return shown
    told = f"the first and the last {half} of {len(frame):,} rows"
    return f"<p>{told}; all of them: <code>frame()</code> in a notebook, <code>--json</code> in a terminal</p>{shown}"


def _table(headings: Sequence[str], *parts: Sequence[Sequence[str]]) -> str:
    """Rows under their headings; what is left out between two parts is marked, and is no row itself."""
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    bodies = ["".join(f"<tr>{''.join(map(_html, headings, row))}</tr>" for row in part) for part in parts]
    apart = '<tr class="{}"><td colspan="' + str(len(headings)) + '">{}</td></tr>'
    body = apart.format("gap", "…").join(bodies) or apart.format("none", "none")
    return f'<table class="dataframe"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _html(heading: str, cell: str) -> str:
    if isinstance(cell, Address) and cell.startswith(("https://", "http://")):
        return f'<td><a href="{escape(cell)}" rel="noreferrer">{escape(heading)}</a></td>'
    return f"<td>{escape(cell)}</td>"


def _agrees(actual: object, wanted: object) -> bool:
    if isinstance(wanted, tuple) and not isinstance(actual, tuple):
        return actual in wanted
    return actual == wanted


def _fields(row: object) -> dict[str, object]:
    if dataclasses.is_dataclass(row):
        return {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    return {"value": row}


def _cells(row: object) -> dict[str, object]:
    return {name: _cell(value) for name, value in _fields(row).items()}


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


def _nowhere(value: object) -> bool:
    return isinstance(value, Address) and not value


def _read(value: object) -> str:
    """A value as people write it, with a sign between thousands."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else _plain(value)


def _plain(value: object) -> str:
    """A value as people write it; a number may be an id or a year, so its digits stay together."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, Address):
        return value
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M %Z}".strip()
    if isinstance(value, float):
        rounded = f"{value:.4f}"  # nearly one is shown as 1.0000, and 1 as 1
        return rounded.rstrip("0").rstrip(".") if float(rounded) == value else rounded
    return str(_cell(value))
