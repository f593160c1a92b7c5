"""What every system says about a kind: its fields, statuses, types, picklists and record types (R-CONN-4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.errors import UnknownName
from workbench.model.kinds import Kind
from workbench.model.ports import Clock, Counting, Description, System
from workbench.model.records import Where
from workbench.model.rows import Rows
from workbench.store import Store

GOOD_FOR = timedelta(hours=24)
"""How long a description is shown without asking again. What is written, checked or confirmed always asks anew."""

RECORD_TYPES = "record types"
"""In place of a field's name: the record types of the object."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A field as a system describes it to this user, with the values that it may have there, read at that moment.

    `may` is what this user may do to it: read, create, update.
    """

    system: str
    object: str
    field: str
    label: str
    type: str
    required: bool
    may: tuple[str, ...]
    values: tuple[str, ...]
    read_at: datetime


def references(
    systems: Mapping[str, System], kinds: Mapping[str, Kind], kind: str, store: Store, clock: Clock, *, refresh: bool
) -> Rows[Reference]:
    """Every field of a kind in every system that has it; asked anew with `refresh`, or when what is kept is too old."""
    if kind not in kinds:
        raise UnknownName("kind", kind, kinds)
    here = [name for name in kinds[kind].systems if name in systems]
    return Rows(row for name in here for row in _rows(*described(systems[name], kind, store, clock, refresh=refresh)))


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a filter may name, and how many records have it now."""

    system: str
    field: str
    value: str
    records: int


def choices(system: System, kind: str, fields: Sequence[str]) -> Rows[Choice]:
    """How many records have each value of some picklists: what a person wants to know who chooses a filter.

    One call a value where the system counts (R-CWCO-1); nothing of it is kept, and nothing but this asks for it.
    """
    known = system.describe(kind)
    found: list[Choice] = []
    for name in fields:
        field = known.field(name)
        if field is None or not field.values:
            lists = [each.name for each in known.fields if each.values]
            raise UnknownName(f"field of {system.name}'s {known.object} with a list of values", name, lists)
        counted = ((value, Where.of({name: [value]})) for value in field.values)
        found += (Choice(system.name, name, value, _count(system, kind, where)) for value, where in counted)
    return Rows(found)


def _count(system: System, kind: str, where: Where) -> int:
    return system.count(kind, where) if isinstance(system, Counting) else len(system.read(kind, where).frame)


def described(
    system: System, kind: str, store: Store, clock: Clock, *, refresh: bool = False
) -> tuple[Description, datetime]:
    """A kind as a system describes it, and when it said so: kept for a day, and asked anew with `refresh`.

    What another instance said is never shown: every tenant has its own statuses and types.
    """
    instance, now = system.identify().id, clock.now()
    kept = None if refresh else store.references.last(system.name, kind)
    if kept is not None and kept.instance == instance and now - kept.at < GOOD_FOR:
        return kept.description, kept.at
    found = system.describe(kind)
    store.references.keep(found, instance, now)
    return found, now


def _rows(found: Description, at: datetime) -> Iterator[Reference]:
    for field in found.fields:
        may = ("read", *(["create"] if field.createable else []), *(["update"] if field.updateable else []))
        about = (field.name, field.label, field.type, field.required, may, field.values)
        yield Reference(found.system, found.object, *about, at)
    if found.record_types:
        names = tuple(sorted(found.record_types))
        yield Reference(
            found.system, found.object, RECORD_TYPES, "Record types", "picklist", False, ("read",), names, at
        )
