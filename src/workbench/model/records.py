"""Records as they were read: references, conditions, snapshots."""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd
from pandas.api.extensions import ExtensionArray

from workbench.errors import UnknownName, UsageError
from workbench.model.rows import html_of
from workbench.model.values import Value

if TYPE_CHECKING:
    from workbench.model.kinds import Kind

MODIFIED = "@modified"
"""Column of a snapshot: the change stamp that the system itself keeps, as text; compared for equality only."""
DELETED = "@deleted"
"""Column of a snapshot: whether the system says that the record is deleted (kept, so that a deletion is seen)."""


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """Which record: system, kind and the system's own id. A bare id never crosses a function border.

    >>> str(Ref("channeltivity", "partner", "1042"))
    'channeltivity:partner:1042'
    """

    system: str
    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.system}:{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """The reference written as `system:kind:id`; raises UsageError for any other text."""
        system, _, rest = text.partition(":")
        kind, _, record_id = rest.partition(":")
        if not (system and kind and record_id):
            raise UsageError(f"{text!r} names no record; write system:kind:id, as in channeltivity:partner:1042")
        return cls(system, kind, record_id)


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """A field and the values that it may have. A flag is `("Sync__c", (True,))`, a record id is `("id", (…))`."""

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """Which records: all conditions hold; none means every record. A field with many values agrees if any does."""

    conditions: tuple[Condition, ...] = ()

    @classmethod
    def of(cls, conditions: Mapping[str, Iterable[Value]]) -> Where:
        """The conditions of a mapping from field to allowed values, as configuration files write them."""
        return cls(tuple(Condition(name, tuple(values)) for name, values in sorted(conditions.items())))

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that must be read to judge these conditions."""
        return tuple(condition.field for condition in self.conditions if condition.field != "id")


SEPARATOR = "; "
"""Between the members of a field with many values (ConnectWise types, multi-select picklists), sorted."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All records of a kind in a system that any integration suggests from or admits, whole, at one time.

    `frame` is indexed by record id (text, sorted); a column is a native field, beside `@modified` and `@deleted`.
    Cells are text, booleans, integers or missing (Arrow-backed). `watermark` is where an incremental read goes on,
    in the system's own clock.
    """

    system: str
    kind: str
    instance: str
    taken_at: datetime
    watermark: str
    frame: pd.DataFrame = field(repr=False)

    def __len__(self) -> int:
        return len(self.frame)

    def __contains__(self, record_id: object) -> bool:
        return record_id in self.frame.index

    def record(self, record_id: str) -> dict[str, Value]:
        """The fields of one record; raises UsageError when it was not read."""
        if record_id not in self.frame.index:
            raise UsageError(
                f"{Ref(self.system, self.kind, record_id)} is not in this snapshot; read again or widen the filter"
            )
        return {str(name): plain(cell) for name, cell in self.frame.loc[record_id].items()}

    def records(self) -> Iterator[tuple[str, dict[str, Value]]]:
        """Every record with its id, in order of id."""
        return records_of(self.frame)

    @cached_property
    def fingerprint(self) -> str:
        """Content hash: the same for the same records, whenever and in whatever order they were read."""
        return hashlib.sha256(self.to_parquet()).hexdigest()

    def to_parquet(self) -> bytes:
        """The frame as Parquet bytes, columns and rows in a fixed order."""
        ordered = self.frame.sort_index().reindex(columns=sorted(map(str, self.frame.columns)))
        buffer = io.BytesIO()
        ordered.to_parquet(buffer, engine="pyarrow", index=True)
        return buffer.getvalue()


_ABSENT: Mapping[str, Value] = {DELETED: False}


def frame_of(records: Mapping[str, Mapping[str, Value]], columns: Iterable[str] = ()) -> pd.DataFrame:
    """A snapshot's frame from records by id; `columns` are there even when no record has them."""
    names = sorted({*columns, MODIFIED, DELETED, *(name for record in records.values() for name in record)})
    ids = sorted(records)
    data = {name: _column([records[key].get(name, _ABSENT.get(name)) for key in ids]) for name in names}
    return pd.DataFrame(data, index=pd.Index(ids, name="id", dtype="object"), columns=names, copy=False)


def records_of(frame: pd.DataFrame) -> Iterator[tuple[str, dict[str, Value]]]:
    """Every record of a snapshot's frame with its id, in the frame's order."""
    columns = [str(name) for name in frame.columns]
    # A column at a time: asking Arrow for one cell after another takes five times as long.
    cells = [map(plain, column.to_numpy(dtype=object)) for _, column in frame.items()]
    for record_id, *row in zip(frame.index, *cells, strict=True):
        yield str(record_id), dict(zip(columns, row, strict=True))


def plain(cell: object) -> Value:
    """A cell of a frame as a plain value: missing becomes None."""
    if cell is None or cell is pd.NA:
        return None
    if isinstance(cell, bool | str):
        return cell
    if isinstance(cell, float) and math.isnan(cell):
        return None
    if hasattr(cell, "item"):
        return plain(cell.item())
    if isinstance(cell, int):
        return cell
    return str(cell)


def _column(cells: list[Value]) -> ExtensionArray:
    present = {type(cell) for cell in cells if cell is not None}
    if present == {bool}:
        return pd.array(cells, dtype="bool[pyarrow]")
    if present == {int}:
        return pd.array(cells, dtype="int64[pyarrow]")
    text = [None if cell is None else _text(cell) for cell in cells]
    return pd.array(text, dtype="string[pyarrow]")


def _text(cell: Value) -> str:
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


class Snapshots(Mapping[str, Snapshot]):
    """The snapshots of one kind, by system: what `bench.snapshot(kind)` returns.

    `described` is the kind as configured: which native field holds which word of evidence.
    """

    def __init__(self, kind: str, snapshots: Iterable[Snapshot], described: Kind | None = None) -> None:
        self.kind = kind
        self.described = described
        self._by_system = {snapshot.system: snapshot for snapshot in snapshots}

    def __getitem__(self, system: str) -> Snapshot:
        if system not in self._by_system:
            raise UnknownName(f"snapshot of kind {self.kind} from system", system, self._by_system)
        return self._by_system[system]

    def __contains__(self, system: object) -> bool:
        return system in self._by_system

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_system)

    def __len__(self) -> int:
        return len(self._by_system)

    def frame(self) -> pd.DataFrame:
        """How many records were read from which instance, and when."""
        rows = [
            {"system": s.system, "kind": s.kind, "records": len(s), "instance": s.instance, "read at": s.taken_at}
            for s in self.values()
        ]
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        counts = ", ".join(f"{system} {len(snapshot)}" for system, snapshot in self.items())
        return f"<Snapshots {self.kind}: {counts}>"

    def _repr_html_(self) -> str:
        return html_of(self.frame())
