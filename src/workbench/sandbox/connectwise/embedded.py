"""Records that live inside another one: each entry of a list in their owner, told and changed as a record of its own.

The entries of a list of references have no id there; theirs is made of the owner's and of what they refer to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.sandbox.connectwise.fields import REFERENCE, Collection, Inside
from workbench.sandbox.connectwise.refusals import invalid
from workbench.sandbox.state import Record

SPAN = 1000
KEPT = ("@created", "@modified", "@deleted", "_enteredBy", "_updatedBy")
"""What an entry takes from its owner."""


def entries(collection: Collection, owner: Record) -> Iterator[Record]:
    """The entries of one owner as records."""
    inside = inside_of(collection)
    number = int(owner["@id"])
    back = {"id": number} if collection.by_name[inside.back.lower()].kind == REFERENCE else number
    for entry in owner.get(inside.field) or ():
        own = {name: owner[name] for name in KEPT if name in owner}
        record = {inside.member: entry} if inside.member else dict(entry)
        yield own | record | {inside.back: back, "@id": _id_of(inside, number, entry)}


def added(collection: Collection, owner: Record, fields: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The new entry's id, and how the owner changes by it."""
    inside = inside_of(collection)
    kept = list(owner.get(inside.field) or ())
    entry = _entry(inside, fields)
    if not inside.member:
        entry["id"] = max((int(each["id"]) for each in kept), default=0) + 1
    return _laid(collection, owner, [*kept, entry], entry)


def changed(
    collection: Collection, owner: Record, record_id: str, fields: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """The entry's id after the change, and how the owner changes by it."""
    inside = inside_of(collection)
    number = int(owner["@id"])
    kept = [dict(each) for each in owner.get(inside.field) or ()]
    place = next(at for at, each in enumerate(kept) if _id_of(inside, number, each) == record_id)
    kept[place] = _entry(inside, fields) if inside.member else kept[place] | _entry(inside, fields)
    return _laid(collection, owner, kept, kept[place])


def removed(collection: Collection, owner: Record, record_id: str) -> dict[str, Any]:
    """How the owner changes when the entry goes."""
    inside = inside_of(collection)
    number = int(owner["@id"])
    return {inside.field: [each for each in owner.get(inside.field) or () if _id_of(inside, number, each) != record_id]}


def owner_id(collection: Collection, fields: Mapping[str, Any]) -> str:
    """The owner that an entry names."""
    back = fields[inside_of(collection).back]
    return str(back["id"] if isinstance(back, Mapping) else back)


def owner_of_id(record_id: str) -> str:
    """The owner that the id of an entry of references is made of."""
    return str(int(record_id) // SPAN)


def inside_of(collection: Collection) -> Inside:
    """Where the collection's records live."""
    assert collection.inside is not None
    return collection.inside


def _laid(
    collection: Collection, owner: Record, kept: list[dict[str, Any]], entry: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    inside = inside_of(collection)
    if inside.member and kept.count(dict(entry)) > 1:
        message = f"The {inside.member} is there already."
        raise invalid(collection.resource, [("ObjectExists", inside.member, message)])
    return _id_of(inside, int(owner["@id"]), entry), {inside.field: kept}


def _entry(inside: Inside, fields: Mapping[str, Any]) -> dict[str, Any]:
    if inside.member:
        return {"id": fields[inside.member]["id"]}
    hidden = {inside.back, "id", *KEPT, "@id"}
    return {name: value for name, value in fields.items() if name not in hidden}


def _id_of(inside: Inside, owner: int, entry: Mapping[str, Any]) -> str:
    return str(owner * SPAN + int(entry["id"])) if inside.member else str(entry["id"])
