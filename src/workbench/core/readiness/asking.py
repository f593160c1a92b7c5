"""What an integration asks of each field of a side: that it is there, of which type, written or only read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbench.model.mappings import PLACEHOLDER, Canonicaliser, FieldMapping, Pairing, Side
from workbench.model.ports import FieldType
from workbench.model.records import Where

TYPES: dict[Canonicaliser, tuple[FieldType, ...]] = {
    "phone": ("phone", "text"),
    "url": ("url", "text"),
    "email": ("email", "text"),
    "picklist": ("picklist",),
    "flag": ("flag",),
    "decimal": ("decimal", "integer", "text"),
    "date": ("date", "text"),
    "datetime": ("datetime", "text"),
    "country": ("text", "picklist", "reference"),
}
"""Types of field that fit how a mapping compares it; the others fit any."""


_FLAG: tuple[FieldType, ...] = ("flag",)


@dataclass(frozen=True, slots=True)
class Asked:
    """One field and what is asked of it; no types: any fits; `by_people`: people set it, so they have to see it."""

    name: str
    purpose: str
    types: tuple[FieldType, ...] = ()
    created: bool = False
    updated: bool = False
    by_people: bool = False


def asked(pairing: Pairing, side: Side) -> Iterator[Asked]:
    """Everything that a pairing needs of the fields of one side; a field with two purposes comes twice."""
    yield from _mapped(pairing, side)
    yield from _deciding(pairing, side)
    yield from _set(pairing, side)
    if side == "left":
        yield from _leading(pairing)


def _mapped(pairing: Pairing, side: Side) -> Iterator[Asked]:
    known, creates = set(pairing.fields(side)), side in pairing.create
    for row in pairing.mapping:
        if getattr(row, side) in known:
            name, types = getattr(row, side), TYPES.get(row.canonicaliser, ())
            yield Asked(name, "mapped", types, creates and _to(row.on_create, side), _to(row.on_update, side))


def _deciding(pairing: Pairing, side: Side) -> Iterator[Asked]:
    for condition in pairing.admit.get(side, Where()).conditions:
        flag = all(isinstance(value, bool) for value in condition.values)
        if condition.field != "id":
            purpose, types = ("sync flag", _FLAG) if flag else ("admission", ())
            yield Asked(condition.field, purpose, types, by_people=True)
    for name in pairing.suggest.get(side, Where()).fields:
        yield Asked(name, "filter of partner accounts")


def _set(pairing: Pairing, side: Side) -> Iterator[Asked]:
    # Where nothing but admitted records is ever linked, what admission asks for is there already.
    there = () if side in pairing.suggest else pairing.admit.get(side, Where()).fields
    for name, value in pairing.stamp.get(side, {}).items():
        types: tuple[FieldType, ...] = ("flag",) if isinstance(value, bool) else ()
        yield Asked(name, "set by the sync", types, side in pairing.create, updated=name not in there)
    if pairing.reference.get(side):
        yield Asked(pairing.reference[side], "id of the other side's record", ("text", "id"), updated=True)
    for name, template in pairing.deleted.get(side, {}).items():
        yield Asked(name, "record status", ("text", "picklist"), updated=True)
        for source in PLACEHOLDER.findall(template):
            yield Asked(source, "named in the record status")


def _leading(pairing: Pairing) -> Iterator[Asked]:
    """The fields of an imported record that lead to the records that it needs (R-DEAL-7)."""
    for relation in pairing.relations:
        if relation.by:
            types: tuple[FieldType, ...] = () if relation.field == "id" else ("email", "text")
            yield Asked(relation.by, f"names its {relation.name}", types, by_people=True)
        for name in relation.when.fields:
            yield Asked(name, f"says which {relation.name} is meant", ("picklist",), by_people=True)


def choices(pairing: Pairing) -> Mapping[str, tuple[str, ...]]:
    """The picklists that say which of several relations is meant, each with the values that are understood."""
    found: dict[str, list[str]] = {}
    for relation in pairing.relations:
        for condition in relation.when.conditions:
            found.setdefault(condition.field, []).extend(str(value) for value in condition.values if value is not None)
    return {name: tuple(dict.fromkeys(values)) for name, values in found.items()}


def status_row(pairing: Pairing) -> FieldMapping | None:
    """The row that maps the status set: the one with a list of values, in a field that decides who syncs."""
    deciding = {(side, name) for side in pairing.admit for name in pairing.admit[side].fields}
    rows = [row for row in pairing.mapping if row.values]
    return next((row for row in rows if {("left", row.left), ("right", row.right)} & deciding), None)


def statuses(row: FieldMapping, side: Side) -> tuple[str, ...]:
    """The status set as a side spells it."""
    return tuple(row.values) if side == "left" else tuple(row.values.values())


def flags(pairing: Pairing, side: Side) -> tuple[str, ...]:
    """The sync flags of a side: fields that must be ticked for a record to sync."""
    conditions = pairing.admit.get(side, Where()).conditions
    return tuple(found.field for found in conditions if found.values == (True,))


def _to(direction: str, side: Side) -> bool:
    return direction in ("both", f"to {side}")
