"""What a plan looks at, one kind at a time, and what it has drafted so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from workbench.core.columns import cells
from workbench.model.integrations import Integration
from workbench.model.kinds import Kind
from workbench.model.lines import Agreed, Base, Held, Line, Promise
from workbench.model.links import Crosswalk
from workbench.model.mappings import Pairing, Side
from workbench.model.records import DELETED, MODIFIED, Ref, Snapshot
from workbench.model.values import Value


@dataclass(frozen=True)
class Records:
    """The records of a kind on one side; `admitted` are the ids of those that take part."""

    side: Side
    kind: Kind
    snapshot: Snapshot
    admitted: frozenset[str]
    _columns: dict[str, list[Value]] = field(default_factory=dict, repr=False)
    _holders: dict[str, dict[Value, str]] = field(default_factory=dict, repr=False)

    @cached_property
    def row(self) -> Mapping[str, int]:
        """Where a record stands in the columns."""
        return {str(record_id): row for row, record_id in enumerate(self.snapshot.frame.index)}

    def column(self, name: str) -> list[Value]:
        """The values of a native field, in the order of rows."""
        if name not in self._columns:
            self._columns[name] = cells(self.snapshot.frame, name)
        return self._columns[name]

    def value(self, record_id: str, name: str) -> Value:
        """One field of one record; None when blank or not read."""
        return self.column(name)[self.row[record_id]]

    def deleted(self, record_id: str) -> bool:
        """Whether the system says that the record is deleted; a record that was not read is not known to be."""
        return record_id in self.row and str(self.value(record_id, DELETED)).lower() == "true"

    def ref(self, record_id: str) -> Ref:
        """The reference of a record."""
        return Ref(self.snapshot.system, self.kind.name, record_id)

    def name(self, record_id: str) -> str:
        """What people call the record."""
        named = self.kind.systems[self.snapshot.system].evidence.get("name", "")
        return str(self.value(record_id, named) or record_id) if record_id in self.row else record_id

    def stamp(self, record_id: str) -> Mapping[str, Value]:
        """The precondition of a write: the change stamp that the record must still bear."""
        return {MODIFIED: self.value(record_id, MODIFIED)}

    def holding(self, name: str, value: Value) -> str:
        """The id of a living record whose native field holds a value; empty when there is none."""
        if name not in self._holders:
            column = self.column(name)
            living = (record_id for record_id in self.row if not self.deleted(record_id))
            self._holders[name] = {column[self.row[key]]: key for key in living if column[self.row[key]]}
        return self._holders[name].get(value, "")

    def parent(self, record_id: str) -> Ref | None:
        """The record above this one: a contact's partner."""
        parent = self.value(record_id, self.kind.systems[self.snapshot.system].parent)
        return Ref(self.snapshot.system, self.kind.parent, str(parent)) if parent else None


@dataclass(frozen=True, slots=True)
class Counterpart:
    """What a syncing record is on the other side: its id, or the promise of one, and the lines that come before."""

    id: str | Promise
    needs: tuple[str, ...] = ()


@dataclass
class Draft:
    """A plan in the making: lines, exceptions, bases without a write, and who answers to whom."""

    lines: list[Line] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    settled: list[Base] = field(default_factory=list)
    counterparts: dict[Ref, Counterpart] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """One kind of an integration: both sides, who belongs to whom, and what they held when they agreed."""

    integration: Integration
    pairing: Pairing
    kind: Kind
    left: Records
    right: Records
    crosswalk: Crosswalk
    bases: Mapping[tuple[str, str], Mapping[str, Agreed]]
    has_children: bool = False
    choices: Mapping[tuple[str, str], Side] = field(default_factory=dict)
    required: Mapping[Side, frozenset[str]] = field(default_factory=dict)
    makes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def side(self, side: Side) -> Records:
        """The records of a side."""
        return self.left if side == "left" else self.right

    @cached_property
    def sides(self) -> Mapping[str, Side]:
        """The side that a word means: left, right, or the name of a system."""
        return {self.system("left"): "left", self.system("right"): "right", "left": "left", "right": "right"}

    @cached_property
    def follows_parent(self) -> bool:
        """Whether records of this kind sync only under a parent that syncs in the same integration."""
        return self.kind.parent in self.integration.kinds

    def taking_part(self, side: Side, record_id: str, draft: Draft) -> bool:
        """Whether a record is admitted, and so is its parent."""
        records = self.side(side)
        if record_id not in records.admitted:
            return False
        return not self.follows_parent or records.parent(record_id) in draft.counterparts

    def system(self, side: Side) -> str:
        """The system of a side."""
        return self.integration.system(side)
